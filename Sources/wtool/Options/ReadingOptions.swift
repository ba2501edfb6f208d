import ArgumentParser
import ModelFiles
import Tensors
import WeightFiles

/// What the reading of files may take.
struct ReadingOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The memory that the reading of a file may take: 512M, 8G; a quarter of the machine's by default.",
      valueName: "size"),
    transform: Self.byteCount)
  var maxMemory: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A folder whose files weight files may refer to. By default none is opened that another one names.",
      valueName: "folder"), completion: .directory)
  var allowExternal: String?

  /// Opens files, each of which is taken apart in a process that can do nothing else.
  @MainActor func reader() throws -> FileReader {
    let externals = try allowExternal.map(ExternalFolder.init)
    return FileReader(
      FileParsing(
        ReadingLimits(memory: maxMemory), in: try ProcessSetup.keeper(), allowing: externals))
  }

  /// The least memory in which files can be read at all.
  private static let minimum = 1 << 26

  private static func byteCount(_ text: String) throws -> Int {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    var digits = text.uppercased()
    if digits.hasSuffix("IB") { digits.removeLast(2) } else if digits.hasSuffix("B") { digits.removeLast() }
    var unit = 1
    if let last = digits.last, let factor = units[last] {
      unit = factor
      digits.removeLast()
    }
    guard let number = Int(digits) else {
      throw ValidationError("expected a number of bytes, such as 512M or 8G; found '\(text)'")
    }
    guard let count = CheckedSize(number).times(unit).value, count >= minimum else {
      throw ValidationError("expected 64M or more; found '\(text)'")
    }
    return count
  }
}
