import OrderedJSON
import SignalGraph

/// `Sequential`: one layer after the other.
final class SequentialModel: LayerKind {
  static let classNames = ["Sequential"]

  let modelForm: ModelForm? = .sequence
  /// Without the leading `InputLayer`, as in Keras's `model.layers`.
  let layers: [Layer]
  let defaultInputs: [PartialShape]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let descriptions = config["layers"]?.arrayValue else {
      throw config.error("layers", expected: "a list of layers")
    }
    var layers: [Layer] = []
    var inputs: [PartialShape] = []
    var current: [PartialShape] = []
    var names = UniqueNames(config)
    for (index, description) in descriptions.enumerated() {
      let pointer = config.pointer(to: "layers")[index]
      let layer = try config.context.factory.makeLayer(description, at: pointer)
      for inner in layer.kind.flattenedBranches ?? [] { try names.insert(inner, at: pointer) }
      try names.insert(layer, at: pointer)
      if let shape = layer.kind.inputShape {
        guard index == 0 else { throw layer.place.error("an `InputLayer` must be the first layer") }
        inputs = [shape]
        current = inputs
        continue
      }
      if layers.isEmpty, current.isEmpty {
        inputs = layer.defaultInputs
        current = inputs
      }
      layers.append(layer)
      if !current.isEmpty { current = [try Self.step(layer, current)] }
    }
    self.layers = layers
    // A model that was built without an input layer records the shape it was built for; one that was never
    // called may have layers that were built one by one.
    let built =
      PartialShape(json: config["build_input_shape"])
      ?? PartialShape(json: descriptions.first?["build_config"]?["input_shape"])
    defaultInputs = inputs.isEmpty ? [built].compactMap { $0 } : inputs
  }

  private static func step(
    _ layer: Layer, _ shapes: [PartialShape]
  ) throws(ArchitectureError) -> PartialShape {
    let outputs = try layer.call(LayerCall(place: layer.place, shapes))
    guard outputs.count == 1 else {
      throw layer.place.error("a layer of a Sequential must have one output; this one has \(outputs.count)")
    }
    return outputs[0]
  }

  var children: [LayerChildren] {
    let branches = layers.first?.kind.flattenedBranches
    return [LayerChildren("layers", list: branches.map { $0 + layers.dropFirst() } ?? layers)]
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    _ = try outputShapes(call)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var shapes = call.inputs
    guard !shapes.isEmpty else { throw call.error("the model is called without a tensor") }
    for layer in layers { shapes = [try Self.step(layer, shapes)] }
    return shapes
  }

  func emitSignals(_ call: SignalCall, to graph: inout SignalGraph) throws(ArchitectureError) -> [Int] {
    var shapes = call.call.inputs
    var nodes = call.inputs
    for layer in layers {
      let inner = LayerCall(place: layer.place, shapes)
      shapes = [try Self.step(layer, shapes)]
      nodes = try layer.kind.emitSignals(
        SignalCall(layer: layer, call: inner, inputs: nodes, outputCount: 1), to: &graph)
    }
    return nodes
  }
}
