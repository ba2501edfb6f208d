import SignalGraph

/// One pass of shapes through a graph, in the order in which Keras calls the layers when it reads the
/// document.
struct GraphRun {
  /// The signal graph that a pass appends to.
  struct Signals {
    var graph: SignalGraph
    /// The nodes of the graph's inputs; empty if its input layers are sources.
    let inputs: [Int]
    /// The nodes of the tensors so far.
    var nodes: [GraphTensor: Int] = [:]

    /// The node of a tensor; of a result that no rule tells, that of the call's first.
    func node(of tensor: GraphTensor) -> Int? {
      nodes[tensor] ?? nodes[GraphTensor(member: tensor.member, node: tensor.node, output: 0)]
    }

    init(graph: SignalGraph, inputs: [Int]) {
      self.graph = graph
      self.inputs = inputs
    }
  }

  private(set) var signals: Signals?
  private var shapes: [GraphTensor: PartialShape] = [:]
  private let members: GraphMembers
  private let recorded: RecordedShapes
  private let place: LayerPlace

  /// - Parameters:
  ///   - members: the graph's layers and calls.
  ///   - recorded: the shapes in the document.
  ///   - place: the model, for errors.
  ///   - signals: the signal graph to append to; `nil` if only shapes are wanted.
  init(
    _ members: GraphMembers, _ recorded: RecordedShapes, in place: LayerPlace, signals: Signals? = nil
  ) {
    self.members = members
    self.recorded = recorded
    self.place = place
    self.signals = signals
  }

  /// Puts shapes, and signals, on the input layers.
  ///
  /// - Parameters:
  ///   - inputs: the tensors of the model's inputs.
  ///   - given: a shape for each of them.
  /// - Throws: if an input layer cannot be called.
  mutating func start(at inputs: [GraphTensor], with given: [PartialShape]) throws(ArchitectureError) {
    for (member, layer) in members.layers.enumerated() where members.nodes[member].isEmpty {
      // A layer that is never called is made by Keras and left out of the model.
      guard let declared = layer.kind.inputShape else { continue }
      let tensor = GraphTensor(member: member, node: 0, output: 0)
      let index = inputs.firstIndex(of: tensor)
      let shape =
        index.flatMap { given.indices.contains($0) && !given[$0].isUnknown ? given[$0] : nil } ?? declared
      shapes[tensor] = shape
      _ = try layer.call(LayerCall(place: layer.place, shape))
      guard let incoming = signals?.inputs else { continue }
      let node =
        index.flatMap { incoming.indices.contains($0) ? incoming[$0] : nil }
        ?? signals?.graph.append(.source, layer: layer.name, inputs: [])
      signals?.nodes[tensor] = node
    }
  }

  /// Makes every call, each as soon as its inputs are there.
  mutating func finish() throws(ArchitectureError) {
    var schedule = Schedule(
      producers: try members.nodes.map { calls throws(ArchitectureError) in
        try calls.map { node throws(ArchitectureError) in try members.producers(of: node) }
      })
    while let next = schedule.next() {
      try make(next)
      schedule.finish()
    }
    if let stuck = schedule.firstStuck {
      throw members.layers[stuck].place.error(
        "the graph has a cycle, or an input that nothing provides", at: members.nodes[stuck][0].pointer)
    }
  }

  /// Makes one call, whose inputs are all there.
  private mutating func make(_ graphCall: GraphCall) throws(ArchitectureError) {
    let node = members.nodes[graphCall.member][graphCall.node]
    var inputs: [GraphTensor] = []
    for reference in node.references {
      let tensor = try members.resolve(reference, at: node.pointer)
      _ = try shape(of: tensor)
      inputs.append(tensor)
    }
    let layer = members.layers[graphCall.member]
    let call = LayerCall(
      place: layer.place,
      positional: try node.positional.map { argument throws(ArchitectureError) in
        try structure(argument, node)
      },
      keywords: try node.keywords.map { keyword throws(ArchitectureError) in
        (keyword.key, try structure(keyword.value, node))
      })
    let results = try layer.call(call, recorded: recorded.results(of: graphCall))
    for (index, shape) in results.enumerated() {
      shapes[GraphTensor(member: graphCall.member, node: graphCall.node, output: index)] = shape
    }
    guard var signals else { return }
    // The graph must not be in two places, or every call would copy it.
    self.signals = nil
    let incoming = inputs.compactMap(signals.node)
    let outgoing = try layer.kind.emitSignals(
      SignalCall(layer: layer, call: call, inputs: incoming, outputCount: results.count), to: &signals.graph)
    for (index, signal) in outgoing.enumerated() {
      signals.nodes[GraphTensor(member: graphCall.member, node: graphCall.node, output: index)] = signal
    }
    self.signals = signals
  }

  private func structure(
    _ argument: GraphArgument, _ node: GraphNode
  ) throws(ArchitectureError) -> ShapeStructure {
    switch argument {
    case .tensor(let reference, _):
      return .tensor(try shape(of: try members.resolve(reference, at: node.pointer)))
    case .list(let elements):
      return .list(try elements.map { element throws(ArchitectureError) in try structure(element, node) })
    case .dictionary(let entries):
      return .dictionary(
        try entries.map { entry throws(ArchitectureError) in (entry.key, try structure(entry.value, node)) })
    case .value(let value): return .value(value)
    }
  }

  /// The shape of a tensor whose call has been made.
  func shape(of tensor: GraphTensor) throws(ArchitectureError) -> PartialShape {
    if let shape = shapes[tensor] { return shape }
    // Of the result of Python code, or of an operation, not even the number of tensors is known.
    let first = shapes[GraphTensor(member: tensor.member, node: tensor.node, output: 0)]
    let isOpen = members.layers[tensor.member].kind.prefersRecordedShapes
    guard let first, first.isUnknown || isOpen else { throw missing(tensor) }
    return .unknown
  }

  /// The error of a reference to a result that its call does not have.
  func missing(_ tensor: GraphTensor) -> ArchitectureError {
    place.error(
      "call \(tensor.node) of \"\(members.layers[tensor.member].name)\" has no output \(tensor.output)")
  }
}
