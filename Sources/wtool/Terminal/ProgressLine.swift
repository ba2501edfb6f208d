import Synchronization
import Text

/// A progress bar on standard error: one line that appears after half a second, changes at most ten times a
/// second and disappears in the end.
final class ProgressLine: Sendable {
  private struct State {
    var nextUpdate: ContinuousClock.Instant
    var isShown = false
    /// How much of each file is done, from 0 to 1.
    var shares: [Int: Double] = [:]
  }

  private let isEnabled: Bool
  private let fileCount: Int
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameters:
  ///   - isEnabled: whether anything is shown.
  ///   - fileCount: how many files are read or written.
  init(isEnabled: Bool, fileCount: Int = 1) {
    self.isEnabled = isEnabled
    self.fileCount = fileCount
    state = Mutex(State(nextUpdate: ContinuousClock.now + .milliseconds(500)))
  }

  /// - Parameters:
  ///   - done: the number of bytes of a file that were read or written.
  ///   - total: the number of bytes that there are.
  ///   - file: which of the files it is.
  func update(_ done: Int, of total: Int, in file: Int = 0) {
    guard isEnabled, total > 0 else { return }
    state.withLock { state in
      state.shares[file] = Double(done) / Double(total)
      let now = ContinuousClock.now
      guard now >= state.nextUpdate else { return }
      state.nextUpdate = now + .milliseconds(100)
      state.isShown = true
      let share = min(1, max(0, state.shares.values.reduce(0, +) / Double(fileCount)))
      let width = 30
      let filled = Int(Double(width) * share)
      let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
      var line = "\r[\(bar)] \(Int(100 * share)) %  "
      if fileCount == 1 {
        let rate = Double(done) / max(1e-9, (now - start).seconds)
        line += "\(NumberText.bytes(done)) of \(NumberText.bytes(total))  \(NumberText.bytes(Int(rate)))/s "
      } else {
        line += "\(state.shares.values.count { $0 == 1 }) of \(fileCount) files "
      }
      StandardError.write(line + "\u{1B}[K")
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
