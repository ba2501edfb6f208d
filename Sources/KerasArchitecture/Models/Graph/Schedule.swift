/// The order in which Keras makes the calls of a graph when it reads one: it sweeps over the members, in the
/// order of the document, and makes every call whose inputs are there, until nothing is left.
struct Schedule {
  /// For each call of each member, the calls that it waits for.
  private let producers: [[[GraphCall]]]
  /// The number of calls that each member has made.
  private var finishedCounts: [Int]
  /// The number of inputs that each member's next call still waits for.
  private var pendingCounts: [Int]
  /// The members whose next call waits for a call.
  private var waiting: [GraphCall: [Int]] = [:]
  /// The member that the sweep has reached.
  private var position = 0
  /// Whether this sweep has made a call.
  private var hasProgress = false

  /// - Parameter producers: for each call of each member, the calls whose results it takes.
  init(producers: [[[GraphCall]]]) {
    self.producers = producers
    finishedCounts = Array(repeating: 0, count: producers.count)
    pendingCounts = Array(repeating: 0, count: producers.count)
    for member in producers.indices { wait(member) }
  }

  /// The next call to make; `nil` if there is none.
  mutating func next() -> GraphCall? {
    while true {
      while position < producers.count {
        if finishedCounts[position] < producers[position].count, pendingCounts[position] == 0 {
          return GraphCall(member: position, node: finishedCounts[position])
        }
        position += 1
      }
      guard hasProgress else { return nil }
      hasProgress = false
      position = 0
    }
  }

  /// Records that the call that `next` returned has been made.
  mutating func finish() {
    let call = GraphCall(member: position, node: finishedCounts[position])
    finishedCounts[position] += 1
    hasProgress = true
    wait(position)
    for member in waiting.removeValue(forKey: call) ?? [] { pendingCounts[member] -= 1 }
  }

  /// The first member with a call that could not be made.
  var firstStuck: Int? { producers.indices.first { finishedCounts[$0] < producers[$0].count } }

  private mutating func wait(_ member: Int) {
    guard finishedCounts[member] < producers[member].count else { return }
    for call in producers[member][finishedCounts[member]] where !isFinished(call) {
      pendingCounts[member] += 1
      waiting[call, default: []].append(member)
    }
  }

  /// Whether a call has been made; a member without calls, an input, is there from the beginning.
  private func isFinished(_ call: GraphCall) -> Bool {
    producers[call.member].isEmpty || finishedCounts[call.member] > call.node
  }
}
