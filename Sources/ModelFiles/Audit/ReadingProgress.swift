import Synchronization
import Tensors
import WeightAudit

/// How many bytes of some tensors were read, counted over all threads.
final class ReadingProgress: Sendable {
  private let total: Int
  private let done = Mutex(0)
  private let report: @Sendable (_ done: Int, _ total: Int) -> Void

  /// - Parameters:
  ///   - requests: the tensors.
  ///   - report: told how many bytes of how many were read.
  init(of requests: [ScanRequest], _ report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void) {
    total = requests.map(\.spec.byteCount).saturatingSum
    self.report = report
  }

  /// Counts bytes that were read.
  func add(_ count: Int) {
    let sum = done.withLock { done in
      done += count
      return done
    }
    report(sum, total)
  }
}
