/// Why a cell gives no answer.
package enum CellFailure: Error, Sendable, Hashable {
  /// It crashed: what it was given is damaged or hostile.
  case crashed(signal: String)
  /// It took more processor time than it may.
  case outOfTime(seconds: Int)
  /// It took more memory than it may, in bytes.
  case outOfMemory(limit: Int)
  /// The system ended it, as it does when memory runs short.
  case killed
  /// What it answered makes no sense.
  case nonsense
  /// The system has no process, socket or memory for it.
  case unavailable(errorNumber: Int32)
}
