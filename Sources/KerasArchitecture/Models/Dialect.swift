import OrderedJSON

/// A translation of one generation's documents into the vocabulary of Keras 3, layer by layer.
protocol Dialect: WeightConventions {
  /// Returns a layer's description in the vocabulary of Keras 3.
  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> LayerTranslation
}
