import OrderedJSON
import SignalGraph
import Tensors
import Text

/// `Functional`, also called `Model`: layers as a graph of calls.
final class FunctionalModel: ModelKind {
  static let classNames = ["Functional", "Model"]

  private let place: LayerPlace
  private let builder: ModelBuilder
  /// All layers and operations, in the order of the document.
  private let members: [Layer]
  private let indices: [String: Int]
  /// The calls of each member.
  private let nodes: [[GraphNode]]
  /// Nested models whose calls the document counts from 1.
  private let countedFromOne: Set<Int>
  private var inputs: [Tensor] = []
  private var outputs: [Tensor] = []
  /// The shapes that consumers recorded of operations' results.
  private var recorded: [Call: [Int: PartialShape]] = [:]
  private(set) var defaultInputs: [PartialShape] = []

  /// A tensor by the indices of its member, its call (from 0) and its place among the outputs.
  private struct Tensor: Hashable {
    let member: Int
    let node: Int
    let tensor: Int
  }

  init(_ config: LayerConfig) throws(ArchitectureError) {
    place = config.place
    builder = config.builder
    guard let descriptions = config["layers"]?.arrayValue else {
      throw config.error(
        "layers", expected: "a list of layers: only Sequential and Functional models tell theirs")
    }
    (members, indices, nodes) = try Self.readMembers(descriptions, config)
    countedFromOne = Self.modelsCountedFromOne(members, indices, nodes)
    inputs = try references(config, "input_layers", isOutput: false)
    outputs = try references(config, "output_layers", isOutput: true)
    try checkReferences()
    for (member, description) in descriptions.enumerated() { try recordBuildConfig(description, member) }
    for input in inputs {
      guard let shape = (members[input.member].kind as? InputLayer)?.shape else {
        throw place.error("`input_layers` must name InputLayers; \"\(members[input.member].name)\" is none")
      }
      defaultInputs.append(shape)
    }
    _ = try run(defaultInputs)
  }

  var children: [LayerChildren] { [LayerChildren("layers", list: layersInKerasOrder())] }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let shapes = call.inputs
    guard shapes.count == inputs.count else {
      throw call.error("the model has \(inputs.count) inputs but is called with \(shapes.count)")
    }
    let table = try run(shapes)
    return try outputs.map { tensor throws(ArchitectureError) in try value(table, tensor) }
  }

  func emitSignals(_ call: LayerCall, inputs nodes: [Int]) throws(ArchitectureError) -> [Int] {
    let table = try run(call.inputs, incoming: nodes).signals
    return try outputs.map { tensor throws(ArchitectureError) in
      guard let node = table[tensor] else { throw missing(tensor) }
      return node
    }
  }
}

// MARK: - Reading

extension FunctionalModel {
  private static func readMembers(
    _ descriptions: [JSONValue], _ config: LayerConfig
  ) throws(ArchitectureError) -> ([Layer], [String: Int], [[GraphNode]]) {
    var members: [Layer] = []
    var indices: [String: Int] = [:]
    var nodes: [[GraphNode]] = []
    var names = UniqueNames(config)
    for (index, description) in descriptions.enumerated() {
      let pointer = config.pointer(to: "layers")[index]
      let layer = try config.builder.makeLayer(description, at: pointer)
      try names.insert(layer, at: pointer)
      indices[layer.name] = index
      members.append(layer)
      var calls: [GraphNode] = []
      for (number, node) in (description["inbound_nodes"]?.arrayValue ?? []).enumerated() {
        calls.append(
          try GraphNode(node, at: pointer["inbound_nodes"][number], of: layer.place, config.generation))
      }
      nodes.append(calls)
    }
    return (members, indices, nodes)
  }

  /// A nested model that had been called when it was made has a call of its own, which Keras counts but does
  /// not write: then call 0 is never referred to.
  private static func modelsCountedFromOne(
    _ members: [Layer], _ indices: [String: Int], _ nodes: [[GraphNode]]
  ) -> Set<Int> {
    var lowest: [Int: Int] = [:]
    for reference in nodes.joined().flatMap(\.references) {
      guard let member = indices[reference.layer], members[member].kind is any ModelKind else { continue }
      lowest[member] = min(lowest[member] ?? .max, reference.node)
    }
    return Set(lowest.filter { $0.value > 0 }.keys)
  }

  /// The tensors of `input_layers` or `output_layers`: one, a list or a dictionary of them.
  private func references(
    _ config: LayerConfig, _ key: String, isOutput: Bool
  ) throws(ArchitectureError) -> [Tensor] {
    let failure = config.error(key, expected: "tensors such as [[\"dense\", 0, 0]]")
    guard let value = config[key] else { throw failure }
    let flattened = GraphArgument(keras2: value).references
    guard !flattened.isEmpty else { throw failure }
    return try flattened.map { reference throws(ArchitectureError) in
      try resolve(reference, at: config.pointer(to: key), isOutput: isOutput)
    }
  }

  /// Finds a tensor's member and counts its call from 0.
  private func resolve(
    _ reference: TensorReference, at pointer: JSONPointer, isOutput: Bool = false
  ) throws(ArchitectureError) -> Tensor {
    guard let member = indices[reference.layer] else {
      throw place.error("there is no layer \"\(reference.layer.clipped)\" in this model", at: pointer)
    }
    let callCount = max(1, nodes[member].count)
    let kind = members[member].kind
    let isShifted =
      countedFromOne.contains(member) || reference.node >= callCount
      || (isOutput && kind is FunctionalModel && reference.node > 0)
    let node = isShifted && kind is any ModelKind ? reference.node - 1 : reference.node
    guard (0..<callCount).contains(node) else {
      throw place.error(
        "\"\(reference.layer)\" is called \(nodes[member].count) times; there is no call \(reference.node)",
        at: pointer)
    }
    return Tensor(member: member, node: node, tensor: reference.tensor)
  }

  /// Resolves every reference once, and gathers the shapes recorded with them.
  private func checkReferences() throws(ArchitectureError) {
    for node in nodes.joined() {
      for argument in node.positional + node.keywords.map(\.value) {
        try record(argument, at: node.pointer)
      }
    }
  }

  /// What a `build_config` says of the inputs of a layer's first call is also what it says of others' results.
  private func recordBuildConfig(_ description: JSONValue, _ member: Int) throws(ArchitectureError) {
    guard let shapes = ShapeStructure(json: description["build_config"]?["input_shape"])?.tensors,
      let node = nodes[member].first, node.references.count >= shapes.count
    else { return }
    for (reference, shape) in zip(node.references, shapes) {
      let tensor = try resolve(reference, at: node.pointer)
      if recordedShape(tensor) == nil { record(shape, of: tensor) }
    }
  }

  private func record(_ argument: GraphArgument, at pointer: JSONPointer) throws(ArchitectureError) {
    switch argument {
    case .tensor(let reference, let shape):
      let tensor = try resolve(reference, at: pointer)
      if let shape { record(shape, of: tensor) }
    case .list(let elements):
      for element in elements { try record(element, at: pointer) }
    case .dictionary(let members):
      for member in members { try record(member.value, at: pointer) }
    case .value: break
    }
  }
}

// MARK: - Running

extension FunctionalModel {
  private struct Run {
    var shapes: [Tensor: PartialShape] = [:]
    var signals: [Tensor: Int] = [:]
  }

  /// Sends shapes through the graph in the order in which Keras calls the layers when it reads the document:
  /// sweeping over the layers, each call as soon as its inputs are there.
  ///
  /// - Parameters:
  ///   - shapes: one for each input of the model.
  ///   - incoming: the signal nodes of the inputs; given when signals are to be emitted.
  /// - Returns: the shape, and if asked for the signal, of every tensor.
  /// - Throws: if a call cannot be made.
  private func run(_ shapes: [PartialShape], incoming: [Int]? = nil) throws(ArchitectureError) -> Run {
    var run = Run()
    let emits = incoming != nil
    for (member, layer) in members.enumerated() where nodes[member].isEmpty {
      guard let shape = (layer.kind as? InputLayer)?.shape else {
        // Never called: Keras makes such a layer and leaves it out of the model.
        continue
      }
      let tensor = Tensor(member: member, node: 0, tensor: 0)
      let position = inputs.firstIndex(of: tensor)
      let given = position.flatMap { shapes.indices.contains($0) && !shapes[$0].isUnknown ? shapes[$0] : nil }
      run.shapes[tensor] = given ?? shape
      _ = try layer.call(LayerCall(place: layer.place, given ?? shape))
      if emits {
        let given = position.flatMap { incoming.flatMap { $0.isEmpty ? nil : $0 }?[$0] }
        run.signals[tensor] = given ?? builder.signals.append(.source, layer: layer.name, inputs: [])
      }
    }
    var schedule = Schedule(
      nodes: try nodes.map { calls throws(ArchitectureError) in
        try calls.map { node throws(ArchitectureError) in try producers(of: node) }
      })
    while let (member, number) = schedule.next() {
      try call(member, number, &run, emits: emits)
      schedule.finish()
    }
    if let stuck = schedule.firstStuck {
      throw members[stuck].place.error(
        "the graph has a cycle, or an input that nothing provides", at: nodes[stuck][0].pointer)
    }
    return run
  }

  /// The calls whose results a call takes.
  private func producers(of node: GraphNode) throws(ArchitectureError) -> [Call] {
    try node.references.map { reference throws(ArchitectureError) in
      let tensor = try resolve(reference, at: node.pointer)
      return Call(member: tensor.member, node: tensor.node)
    }
  }

  /// Makes one call, whose inputs are all there.
  private func call(_ member: Int, _ number: Int, _ run: inout Run, emits: Bool) throws(ArchitectureError) {
    let node = nodes[member][number]
    var inputs: [Tensor] = []
    for reference in node.references {
      let tensor = try resolve(reference, at: node.pointer)
      _ = try value(run, tensor)
      inputs.append(tensor)
    }
    let layer = members[member]
    let call = LayerCall(
      place: layer.place,
      positional: try node.positional.map { argument throws(ArchitectureError) in
        try structure(argument, node, run)
      },
      keywords: try node.keywords.map { keyword throws(ArchitectureError) in
        (keyword.key, try structure(keyword.value, node, run))
      })
    let shapes = try layer.call(call, recorded: recordedShapes(member, number))
    for (index, shape) in shapes.enumerated() {
      run.shapes[Tensor(member: member, node: number, tensor: index)] = shape
    }
    if emits {
      let incoming = inputs.compactMap { run.signals[$0] }
      let outgoing = try builder.emitSignals(layer, call, inputs: incoming, outputCount: shapes.count)
      for (index, signal) in outgoing.enumerated() {
        run.signals[Tensor(member: member, node: number, tensor: index)] = signal
      }
    }
  }

  private func structure(
    _ argument: GraphArgument, _ node: GraphNode, _ run: Run
  ) throws(ArchitectureError) -> ShapeStructure {
    switch argument {
    case .tensor(let reference, _):
      return .tensor(try value(run, try resolve(reference, at: node.pointer)))
    case .list(let elements):
      return .list(
        try elements.map { element throws(ArchitectureError) in try structure(element, node, run) })
    case .dictionary(let members):
      return .dictionary(
        try members.map { member throws(ArchitectureError) in
          (member.key, try structure(member.value, node, run))
        })
    case .value(let value): return .value(value)
    }
  }

  /// The shapes of a call's results, as their consumers recorded them. On a result that nobody consumes
  /// nothing depends.
  private func recordedShapes(_ member: Int, _ number: Int) -> [PartialShape] {
    let known = recorded[Call(member: member, node: number)] ?? [:]
    guard let last = known.keys.max(), last < 1 << 16 else { return [] }
    return (0...last).map { known[$0] ?? .unknown }
  }

  private func recordedShape(_ tensor: Tensor) -> PartialShape? {
    recorded[Call(member: tensor.member, node: tensor.node)]?[tensor.tensor]
  }

  private func record(_ shape: PartialShape, of tensor: Tensor) {
    recorded[Call(member: tensor.member, node: tensor.node), default: [:]][tensor.tensor] = shape
  }

  private func value(_ run: Run, _ tensor: Tensor) throws(ArchitectureError) -> PartialShape {
    if let shape = run.shapes[tensor] { return shape }
    // Of a result that only Python knows, not even the number of tensors is known.
    let first = run.shapes[Tensor(member: tensor.member, node: tensor.node, tensor: 0)]
    guard first?.isUnknown == true else { throw missing(tensor) }
    return .unknown
  }

  private func missing(_ tensor: Tensor) -> ArchitectureError {
    place.error("call \(tensor.node) of \"\(members[tensor.member].name)\" has no output \(tensor.tensor)")
  }
}

// MARK: - Order

extension FunctionalModel {
  /// The layers in the order of Keras's `model.layers`: by depth, the deepest first, then in the order in
  /// which a depth-first walk from the outputs meets them. Operations are not among them, and what no output
  /// depends on only with tf.keras, which appends it.
  private func layersInKerasOrder() -> [Layer] {
    var discovery: [Int: Int] = [:]
    let postOrder = callsInPostOrder(&discovery)
    var callDepth: [Call: Int] = [:]
    var memberDepth: [Int: Int] = [:]
    for call in postOrder.reversed() {
      let depth = max(callDepth[call] ?? 0, memberDepth[call.member] ?? 0)
      memberDepth[call.member] = depth
      for producer in producers(call) {
        callDepth[producer] = max(depth + 1, callDepth[producer] ?? 0)
      }
    }
    for input in inputs where memberDepth[input.member] == nil {
      memberDepth[input.member] = 0
      discovery[input.member] = -1
    }
    if builder.generation.ordersLayersAsWritten { return memberDepth.keys.sorted().map { members[$0] } }
    let isTFKeras = builder.generation.family == .tfKeras
    let ancillary = members.indices.filter { isTFKeras && memberDepth[$0] == nil }
    return memberDepth.keys
      .filter { !(members[$0].kind is OperationNode) }
      .sorted { one, other in
        let (first, second) = (memberDepth[one] ?? 0, memberDepth[other] ?? 0)
        return first != second
          ? first > second : (discovery[one] ?? 0, one) < (discovery[other] ?? 0, other)
      }
      .map { members[$0] } + ancillary.map { members[$0] }
  }

  private func callsInPostOrder(_ discovery: inout [Int: Int]) -> [Call] {
    var finished: Set<Call> = []
    var postOrder: [Call] = []
    // An explicit stack: a chain of ten thousand layers must not exhaust the thread's.
    var stack: [(call: Call, producers: [Call], next: Int)] = []
    func enter(_ call: Call) {
      guard !finished.contains(call) else { return }
      if discovery[call.member] == nil { discovery[call.member] = discovery.count }
      stack.append((call, producers(call), 0))
    }
    for output in outputs {
      enter(Call(member: output.member, node: output.node))
      while let top = stack.last {
        if top.next < top.producers.count {
          stack[stack.count - 1].next += 1
          enter(top.producers[top.next])
        } else {
          stack.removeLast()
          if finished.insert(top.call).inserted { postOrder.append(top.call) }
        }
      }
    }
    return postOrder
  }

  private func producers(_ call: Call) -> [Call] {
    guard nodes[call.member].indices.contains(call.node) else { return [] }
    return (try? producers(of: nodes[call.member][call.node])) ?? []
  }
}
