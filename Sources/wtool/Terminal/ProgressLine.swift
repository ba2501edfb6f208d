import Synchronization

/// One line on a terminal's standard error that shows how far long work is.
///
/// It appears after half a second, changes at most ten times a second and is gone in the end.
final class ProgressLine: Sendable {
  private struct State {
    var nextUpdate: ContinuousClock.Instant
    var isShown = false
  }

  private let total: Int
  private let isEnabled: Bool
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameters:
  ///   - total: the number of bytes that there are to write.
  ///   - isEnabled: whether to show anything.
  init(total: Int, isEnabled: Bool) {
    self.total = total
    self.isEnabled = isEnabled
    state = Mutex(State(nextUpdate: ContinuousClock.now + .milliseconds(500)))
  }

  func update(_ done: Int) {
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
        "\r[\(bar)] \(100 * done / total) %  \(Format.bytes(done)) of \(Format.bytes(total))  "
          + "\(Format.bytes(Int(rate)))/s \u{1B}[K")
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
