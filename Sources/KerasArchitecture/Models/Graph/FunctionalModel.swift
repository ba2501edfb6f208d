import OrderedJSON
import SignalGraph

/// `Functional`, also called `Model`: layers as a graph of calls.
final class FunctionalModel: LayerKind {
  static let classNames = ["Functional", "Model"]

  let modelForm: ModelForm? = .graph
  let defaultInputs: [PartialShape]
  /// The layers in the order of Keras's `model.layers`.
  private(set) var children: [LayerChildren] = []
  let place: LayerPlace
  let members: GraphMembers
  let inputs: [GraphTensor]
  let outputs: [GraphTensor]
  let recorded: RecordedShapes

  init(_ config: LayerConfig) throws(ArchitectureError) {
    place = config.place
    guard let descriptions = config["layers"]?.arrayValue else {
      throw config.error(
        "layers", expected: "a list of layers, which only Sequential and Functional models write")
    }
    members = try GraphMembers(descriptions, config)
    inputs = try Self.tensors(config, "input_layers", members, isOutput: false)
    outputs = try Self.tensors(config, "output_layers", members, isOutput: true)
    recorded = try RecordedShapes(members, descriptions)
    var shapes: [PartialShape] = []
    for input in inputs {
      let layer = members.layers[input.member]
      guard let shape = layer.kind.inputShape else {
        throw place.error(
          "`input_layers` must name InputLayers; found \"\(layer.name)\" (\(layer.className))")
      }
      shapes.append(shape)
    }
    defaultInputs = shapes
    _ = try run(defaultInputs)
    // The walk would not end in a graph with a cycle; `run` has found none.
    let order = GraphOrder(members, inputs: inputs, outputs: outputs)
    children = [LayerChildren("layers", list: order.layers(config.generation))]
  }

  /// The tensors of `input_layers` or `output_layers`: one, a list or a dictionary of them.
  private static func tensors(
    _ config: LayerConfig, _ key: String, _ members: GraphMembers, isOutput: Bool
  ) throws(ArchitectureError) -> [GraphTensor] {
    let failure = config.error(key, expected: "tensors such as [[\"dense\", 0, 0]]")
    guard let value = config[key] else { throw failure }
    let references = GraphArgument(keras2: value).references
    guard !references.isEmpty else { throw failure }
    return try references.map { reference throws(ArchitectureError) in
      try members.resolve(reference, at: config.pointer(to: key), isOutput: isOutput)
    }
  }

  func run(_ shapes: [PartialShape]) throws(ArchitectureError) -> GraphRun {
    var run = GraphRun(members, recorded, in: place)
    try run.start(at: inputs, with: shapes)
    try run.finish()
    return run
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let shapes = call.inputs
    guard shapes.count == inputs.count else {
      throw call.error("the model has \(inputs.count) inputs but is called with \(shapes.count)")
    }
    let run = try run(shapes)
    return try outputs.map { tensor throws(ArchitectureError) in try run.shape(of: tensor) }
  }

  func emitSignals(_ call: SignalCall, to graph: inout SignalGraph) throws(ArchitectureError) -> [Int] {
    let signals = GraphRun.Signals(graph: graph, inputs: call.inputs)
    var run = GraphRun(members, recorded, in: place, signals: signals)
    // The graph must not be in two places, or it would be copied.
    graph = SignalGraph()
    try run.start(at: inputs, with: call.call.inputs)
    try run.finish()
    guard let signals = run.signals else { return [] }
    graph = signals.graph
    return try outputs.map { tensor throws(ArchitectureError) in
      guard let node = signals.node(of: tensor) else { throw run.missing(tensor) }
      return node
    }
  }
}
