import CPlatform
import Synchronization
import Text

/// What a crash prints and how it ends the process, for a signal handler to read at any time.
///
/// There are two reports, an internal error and a damaged file. A handler that runs while the file changes
/// reads memory that is never freed: the file's report is written into one of a few buffers in turn, and a
/// switch makes it the current one.
enum CrashReport {
  private static let bufferCount = 8
  private static let bufferSize = 4096

  /// The index of the buffer with the current file's report; -1 for an internal error.
  private static let current = Atomic<Int>(-1)
  private static let next = Atomic<Int>(0)

  /// Allocates the buffers; before any handler is set.
  static func prepare() { _ = buffers }

  /// From now on a crash is an error of this file.
  static func blame(_ file: String) {
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue % bufferCount
    let text = "\(file.safe): the file is damaged: libhdf5 failed while reading it\n"
    let buffer = buffers + index * bufferSize
    // Cut in the middle of the name if need be: the rest tells what happened.
    let bytes = Array(text.utf8.suffix(bufferSize - 1)) + [0]
    for (offset, byte) in bytes.enumerated() { buffer[offset] = CChar(bitPattern: byte) }
    current.store(index, ordering: .releasing)
  }

  /// From now on a crash is an internal error.
  static func blameNobody() { current.store(-1, ordering: .releasing) }

  /// Writes the report and ends the process; may be called by a signal handler.
  static func writeAndExit() -> Never {
    let index = current.load(ordering: .acquiring)
    if index < 0 {
      if let internalError { _ = write(2, internalError, strlen(internalError)) }
      _exit(ExitStatus.internalError.rawValue)
    }
    let report = buffers + index * bufferSize
    _ = write(2, report, strlen(report))
    _exit(ExitStatus.unusable.rawValue)
  }

  /// Never freed and, but for the reports themselves, never changed.
  private nonisolated(unsafe) static let buffers: UnsafeMutablePointer<CChar> = {
    let buffers = UnsafeMutablePointer<CChar>.allocate(capacity: bufferCount * bufferSize)
    buffers.initialize(repeating: 0, count: bufferCount * bufferSize)
    return buffers
  }()

  private nonisolated(unsafe) static let internalError = strdup(
    "wtool: internal error; please report it with the command and the architecture\n")
}
