/// The order of a graph's layers in Keras's `model.layers`: by depth, the deepest first, then in the order in
/// which a depth-first walk from the outputs meets them.
struct GraphOrder {
  private let members: GraphMembers
  /// The depth of each member that an output depends on.
  private var depths: [Int: Int] = [:]
  /// The rank of each member in the order of the walk.
  private var discovery: [Int: Int] = [:]

  init(_ members: GraphMembers, inputs: [GraphTensor], outputs: [GraphTensor]) {
    self.members = members
    let postOrder = callsInPostOrder(outputs)
    var callDepths: [GraphCall: Int] = [:]
    for call in postOrder.reversed() {
      let depth = max(callDepths[call] ?? 0, depths[call.member] ?? 0)
      depths[call.member] = depth
      for producer in producers(call) {
        callDepths[producer] = max(depth + 1, callDepths[producer] ?? 0)
      }
    }
    for input in inputs where depths[input.member] == nil {
      depths[input.member] = 0
      discovery[input.member] = -1
    }
  }

  /// The layers in the order of a generation of Keras.
  ///
  /// Operations are not among them. Of layers that no output depends on, tf.keras appends those that the
  /// document has, and the other generations none.
  func layers(_ generation: KerasGeneration) -> [Layer] {
    if generation.ordersLayersAsWritten { return depths.keys.sorted().map { members.layers[$0] } }
    let isTFKeras = generation.family == .tfKeras
    let ancillary = members.layers.indices.filter { isTFKeras && depths[$0] == nil }
    return depths.keys
      .filter { !members.layers[$0].kind.isOperation }
      .sorted { one, other in
        let (first, second) = (depths[one] ?? 0, depths[other] ?? 0)
        return first != second
          ? first > second : (discovery[one] ?? 0, one) < (discovery[other] ?? 0, other)
      }
      .map { members.layers[$0] } + ancillary.map { members.layers[$0] }
  }

  private mutating func callsInPostOrder(_ outputs: [GraphTensor]) -> [GraphCall] {
    var finished: Set<GraphCall> = []
    var postOrder: [GraphCall] = []
    // An explicit stack: a chain of ten thousand layers must not exhaust the thread's.
    var stack: [(call: GraphCall, producers: [GraphCall], next: Int)] = []
    func enter(_ call: GraphCall, _ discovery: inout [Int: Int]) {
      guard !finished.contains(call) else { return }
      if discovery[call.member] == nil { discovery[call.member] = discovery.count }
      stack.append((call, producers(call), 0))
    }
    var discovery: [Int: Int] = [:]
    for output in outputs {
      enter(output.call, &discovery)
      while let top = stack.last {
        if top.next < top.producers.count {
          stack[stack.count - 1].next += 1
          enter(top.producers[top.next], &discovery)
        } else {
          stack.removeLast()
          if finished.insert(top.call).inserted { postOrder.append(top.call) }
        }
      }
    }
    self.discovery = discovery
    return postOrder
  }

  private func producers(_ call: GraphCall) -> [GraphCall] {
    guard members.nodes[call.member].indices.contains(call.node) else { return [] }
    return (try? members.producers(of: members.nodes[call.member][call.node])) ?? []
  }
}
