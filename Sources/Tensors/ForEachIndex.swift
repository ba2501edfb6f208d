import Synchronization

/// Runs `body` for every index below a bound on several workers, and stops at the first failure.
///
/// Indices are handed out in increasing order; the caller must not depend on the order in which they end.
package func forEachIndex<Failure: Error>(
  below count: Int, workers: Int, _ body: @escaping @Sendable (Int) throws(Failure) -> Void
) async throws(Failure) {
  let queue = WorkQueue<Failure>(count: count)
  await withTaskGroup(of: Void.self) { group in
    for _ in 0..<max(1, min(workers, count)) {
      group.addTask {
        while let index = queue.next() {
          do throws(Failure) { try body(index) } catch { queue.fail(error) }
        }
      }
    }
  }
  if let failure = queue.failure { throw failure }
}

/// The results of `body` for every index below a bound, in the order of the indices, on several workers.
///
/// Indices are handed out in increasing order; the caller must not depend on the order in which they end.
package func mapIndices<Value: Sendable>(
  below count: Int, workers: Int, _ body: @escaping @Sendable (Int) async -> Value
) async -> [Value] {
  let queue = WorkQueue<Never>(count: count)
  return await withTaskGroup(of: [(index: Int, value: Value)].self) { group in
    for _ in 0..<max(1, min(workers, count)) {
      group.addTask {
        var values: [(index: Int, value: Value)] = []
        while let index = queue.next() { values.append((index, await body(index))) }
        return values
      }
    }
    let values = await group.reduce(into: []) { $0.append(contentsOf: $1) }
    return values.sorted { $0.index < $1.index }.map(\.value)
  }
}

private final class WorkQueue<Failure: Error>: Sendable {
  private struct State {
    var nextIndex = 0
    var failure: Failure?
  }

  private let count: Int
  private let state = Mutex(State())

  init(count: Int) { self.count = count }

  var failure: Failure? { state.withLock { $0.failure } }

  func next() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.nextIndex < count else { return nil }
      defer { state.nextIndex += 1 }
      return state.nextIndex
    }
  }

  func fail(_ error: Failure) {
    state.withLock { state in
      if state.failure == nil { state.failure = error }
    }
  }
}
