import Synchronization
import Text

/// A progress bar on standard error: one line that appears after half a second, changes at most ten times a
/// second and disappears in the end.
final class ProgressLine: Sendable {
  private struct State {
    var nextUpdate: ContinuousClock.Instant
    var isShown = false
  }

  private let isEnabled: Bool
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameter isEnabled: whether anything is shown.
  init(isEnabled: Bool) {
    self.isEnabled = isEnabled
    state = Mutex(State(nextUpdate: ContinuousClock.now + .milliseconds(500)))
  }

  /// - Parameters:
  ///   - done: the number of bytes that were read or written.
  ///   - total: the number of bytes that there are.
  func update(_ done: Int, of total: Int) {
    guard isEnabled, total > 0 else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      guard now >= state.nextUpdate else { return }
      state.nextUpdate = now + .milliseconds(100)
      state.isShown = true
      let width = 30
      let filled = width * done / total
      let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
      let rate = Double(done) / max(1e-9, (now - start).seconds)
      StandardError.write(
        "\r[\(bar)] \(100 * done / total) %  \(NumberText.bytes(done)) of \(NumberText.bytes(total))  "
          + "\(NumberText.bytes(Int(rate)))/s \u{1B}[K")
    }
  }

  func finish() {
    state.withLock { state in
      if state.isShown { StandardError.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
