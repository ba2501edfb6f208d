/// A result of a call in a graph.
struct GraphTensor: Hashable {
  /// The index of the member that is called.
  let member: Int
  /// The index of the call among the member's, from 0.
  let node: Int
  /// The index of the tensor among the call's results.
  let output: Int

  var call: GraphCall { GraphCall(member: member, node: node) }
}

/// A call of a member of a graph.
struct GraphCall: Hashable {
  /// The index of the member.
  let member: Int
  /// The index of the call among the member's, from 0.
  let node: Int
}
