import OrderedJSON

/// The dialect of Keras 3, and of Keras 2, whose layers read both.
struct ModernDialect: Dialect {
  let generation: KerasGeneration

  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> LayerTranslation {
    LayerTranslation(className: className, config: config)
  }

  func fanRule(rank: Int) -> FanRule {
    generation.family == .multiBackendKeras2 && !(2...5).contains(rank) ? .squareRoot : .byRank
  }
}
