import OrderedJSON

/// The names of a model's layers, which Keras wants to be distinct.
struct UniqueNames {
  private let place: LayerPlace
  private let forbidsSlashes: Bool
  private var names: Set<String> = []

  init(_ config: LayerConfig) {
    place = config.place
    forbidsSlashes = config.generation.isKeras3
  }

  mutating func insert(_ layer: Layer, at pointer: JSONPointer) throws(ArchitectureError) {
    // By bytes: a slash may carry a combining mark. Only Keras 3 forbids it.
    let hasSlash = layer.name.utf8.contains(UInt8(ascii: "/"))
    guard !layer.name.isEmpty, !layer.name.utf8.contains(0), !(hasSlash && forbidsSlashes) else {
      throw layer.place.error(
        "a layer's name must not be empty or contain \"/\" or a zero character", at: pointer["name"])
    }
    guard names.insert(layer.name).inserted else {
      throw layer.place.error("another layer of \"\(place.name)\" has the same name", at: pointer)
    }
  }
}
