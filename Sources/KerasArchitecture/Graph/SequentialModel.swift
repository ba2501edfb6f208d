import OrderedJSON
import SignalGraph

/// A layer that is a graph of layers.
protocol ModelKind: LayerKind {
  /// The shapes of the inputs, with their batch axes, that the model itself tells; empty if it does not.
  var defaultInputs: [PartialShape] { get }

  /// Appends what a call does to the signals, given the nodes that come in; returns a node for each output.
  func emitSignals(_ call: LayerCall, inputs: [Int]) throws(ArchitectureError) -> [Int]
}

/// `Sequential`: one layer after the other.
final class SequentialModel: ModelKind {
  static let classNames = ["Sequential"]

  private let builder: ModelBuilder
  /// Without the leading `InputLayer`, as in Keras's `model.layers`.
  private let layers: [Layer]
  let defaultInputs: [PartialShape]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    builder = config.builder
    guard let descriptions = config["layers"]?.arrayValue else {
      throw config.error("layers", expected: "a list of layers")
    }
    var layers: [Layer] = []
    var inputs: [PartialShape] = []
    var current: [PartialShape] = []
    var names = UniqueNames(config)
    for (index, description) in descriptions.enumerated() {
      let pointer = config.pointer(to: "layers")[index]
      let layer = try config.builder.makeLayer(description, at: pointer)
      for branch in (layer.kind as? MergedBranches)?.flattened ?? [] { try names.insert(branch, at: pointer) }
      try names.insert(layer, at: pointer)
      if let inputLayer = layer.kind as? InputLayer {
        guard index == 0 else { throw layer.place.error("an `InputLayer` must be the first layer") }
        inputs = [inputLayer.shape].compactMap { $0 }
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
    // A model that was built without an input layer remembers what it was built for.
    let built = PartialShape(json: config["build_input_shape"])
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
    let branches = (layers.first?.kind as? MergedBranches)?.flattened
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

  func emitSignals(_ call: LayerCall, inputs: [Int]) throws(ArchitectureError) -> [Int] {
    var shapes = call.inputs
    var nodes = inputs
    for layer in layers {
      nodes = try builder.emitSignals(layer, LayerCall(place: layer.place, shapes), inputs: nodes)
      shapes = [try Self.step(layer, shapes)]
    }
    return nodes
  }
}

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

extension ModelBuilder {
  /// Appends what a call of a layer does to the signals that come in; returns a node for each output, whose number the
  /// layer tells if it is not given.
  func emitSignals(
    _ layer: Layer, _ call: LayerCall, inputs: [Int], outputCount: Int? = nil
  ) throws(ArchitectureError) -> [Int] {
    if let model = layer.kind as? any ModelKind { return try model.emitSignals(call, inputs: inputs) }
    var nodes = inputs
    for operation in layer.kind.signal(call, layer) {
      nodes = [signals.append(operation, layer: layer.name, inputs: nodes)]
    }
    let count = outputCount == nil ? try layer.call(call).count : outputCount ?? 0
    let node = nodes.first ?? signals.append(.opaque, layer: layer.name, inputs: [])
    return Array(repeating: node, count: count)
  }
}
