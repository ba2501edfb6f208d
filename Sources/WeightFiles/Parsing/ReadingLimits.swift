internal import Confinement
import Failures
import Tensors
import Text

/// How much of a machine the reading of a file may take.
package struct ReadingLimits: Sendable, Hashable {
  /// In bytes.
  package let memory: Int
  private let isGiven: Bool

  /// - Parameter memory: in bytes; defaults to a quarter of this machine's, but 1 GiB at least, and for a
  ///   small file less: see `cell(fileSize:)`.
  package init(memory: Int? = nil) {
    self.memory = memory ?? max(1 << 30, Cell.machineMemory / 4)
    isGiven = memory != nil
  }

  /// What a process may use that reads a file of that size.
  ///
  /// Hardly any file takes 64 times its size, so no file gets more than that and half a gigabyte, unless the
  /// user says how much. It gets five seconds of processor time, and one more for each megabyte.
  func cell(fileSize: Int64) -> CellLimits {
    let size = Int(clamping: max(0, fileSize))
    let usual = CheckedSize(size).times(64).plus(1 << 29).value ?? .max
    return CellLimits(
      memory: isGiven ? memory : min(memory, usual), processorSeconds: 5 + size >> 20)
  }

  /// How long a text may be: parsed, it takes some 32 times its size.
  package var textByteCount: Int { min(1 << 30, memory / 32) }

  /// Refuses a text that is too long.
  ///
  /// - Parameters:
  ///   - count: its length in bytes.
  ///   - text: what it is.
  ///   - name: its file, as the user calls it.
  /// - Throws: what would allow more.
  func checkText(_ count: Int64, _ text: String, in name: String) throws(WeightFileError) {
    guard count >= 0, count <= Int64(textByteCount) else {
      throw WeightFileError(
        .unsupported, in: name,
        "\(text) has \(NumberText.bytes(Int(clamping: count))) of text; with --max-memory "
          + "\(NumberText.bytes(memory)) at most \(NumberText.bytes(textByteCount)) are read")
    }
  }

  /// How many bytes a file may claim of which hardly anything is stored.
  static let freeByteCount = 1 << 26
  /// What deflate makes of zeros at best.
  private static let compression = 1040

  /// Whether as many bytes are stored as some values take, compressed at best.
  static func isBacked(byteCount: Int, by stored: UInt64) -> Bool {
    UInt64(clamping: byteCount / compression) <= stored
  }
}
