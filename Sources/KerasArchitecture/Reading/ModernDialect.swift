import OrderedJSON

/// The dialect of Keras 3, and of Keras 2, whose layers read both.
struct ModernDialect: Dialect {
  let generation: KerasGeneration

  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> LayerTranslation {
    var config = config
    // Keras 2 over several backends creates variables as `floatx`, whatever the layer's own type is: the
    // Embedding of Keras 2.0.0 calls itself `int32`.
    if generation.family == .multiBackendKeras2, className != "InputLayer", let dtype = config["dtype"],
      !dtype.isNull, DTypePolicy(dtype) == nil
    {
      config["dtype"] = "float32"
    }
    return LayerTranslation(className: className, config: config)
  }

  func fanRule(rank: Int) -> FanRule {
    generation.family == .multiBackendKeras2 && !(2...5).contains(rank) ? .squareRoot : .byRank
  }
}
