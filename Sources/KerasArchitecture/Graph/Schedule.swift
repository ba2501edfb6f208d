/// A call of a member of a graph.
struct Call: Hashable {
  let member: Int
  let node: Int
}

/// The order in which Keras makes the calls of a graph when it reads one: it sweeps over the members, in the
/// order of the document, and makes every call whose inputs are there, until nothing is left.
struct Schedule {
  /// For each call of each member, the calls that it waits for.
  private let nodes: [[[Call]]]
  /// The number of calls that each member has made.
  private var made: [Int]
  /// How many inputs each member's next call still waits for.
  private var missing: [Int]
  /// The members whose next call waits for a call.
  private var waiting: [Call: [Int]] = [:]
  /// Where the sweep is, and whether it has made a call.
  private var position = 0
  private var hasProgress = false

  init(nodes: [[[Call]]]) {
    self.nodes = nodes
    made = Array(repeating: 0, count: nodes.count)
    missing = Array(repeating: 0, count: nodes.count)
    for member in nodes.indices { wait(member) }
  }

  /// The next call to make; `nil` if there is none.
  mutating func next() -> (member: Int, node: Int)? {
    while true {
      while position < nodes.count {
        if made[position] < nodes[position].count, missing[position] == 0 {
          return (position, made[position])
        }
        position += 1
      }
      guard hasProgress else { return nil }
      hasProgress = false
      position = 0
    }
  }

  /// Notes that the call that `next` returned has been made.
  mutating func finish() {
    let call = Call(member: position, node: made[position])
    made[position] += 1
    hasProgress = true
    wait(position)
    for member in waiting.removeValue(forKey: call) ?? [] { missing[member] -= 1 }
  }

  /// The first member with a call that could not be made.
  var firstStuck: Int? { nodes.indices.first { made[$0] < nodes[$0].count } }

  private mutating func wait(_ member: Int) {
    guard made[member] < nodes[member].count else { return }
    for call in nodes[member][made[member]] where !isMade(call) {
      missing[member] += 1
      waiting[call, default: []].append(member)
    }
  }

  /// A member without calls, an input, is there from the beginning.
  private func isMade(_ call: Call) -> Bool { nodes[call.member].isEmpty || made[call.member] > call.node }
}
