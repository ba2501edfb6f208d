import SignalGraph

/// `InputLayer`: the shape of a model's input.
struct InputLayer: LayerKind {
  static let classNames = ["InputLayer"]

  let inputShape: PartialShape?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let key = ["batch_shape", "batch_input_shape"].first(where: { config[$0] != nil }) else {
      guard config["shape"] != nil else {
        throw config.place.error("`batch_shape` is missing; expected a list such as [null, 28, 28, 1]")
      }
      guard let shape = PartialShape(json: config["shape"]) else {
        throw config.error("shape", expected: "a list of sizes or nulls")
      }
      inputShape = PartialShape([nil] + shape.dimensions)
      return
    }
    guard let shape = PartialShape(json: config[key]), shape.rank > 0 else {
      throw config.error(key, expected: "a list of sizes or nulls, the batch's first")
    }
    inputShape = shape
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.source] }
}
