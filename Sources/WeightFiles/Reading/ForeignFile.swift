import Failures
import Text

/// A file of another program that wtool does not read, recognized by its contents.
struct ForeignFile: Sendable, Hashable {
  /// What it is, with its article: `a NumPy array`.
  let description: String
  /// What to do instead.
  let advice: String

  /// What the user is told of the file.
  func error(in name: String) -> WeightFileError {
    WeightFileError(.unsupported, in: name, "it is \(description); \(advice)")
  }
}

extension ForeignFile {
  /// How many bytes of the beginning of a file tell what it is.
  static let beginningSize = 512

  private static let pyTorch = ForeignFile(
    description: "a PyTorch file",
    advice: "wtool reads Keras files: copy its tensors into a Keras model and save that as .keras or .h5")
  private static let savedModel = ForeignFile(
    description: "a TensorFlow SavedModel",
    advice: "load it with Keras and save it with model.save(\"model.keras\")")
  private static let numPyArchive = ForeignFile(
    description: "a NumPy archive (.npz)",
    advice: "set its arrays as the weights of a Keras model and save that as .weights.h5")

  /// What a file is by its first bytes, in the order in which they are tried.
  private static let byBeginning: [(file: ForeignFile, matches: @Sendable ([UInt8], _ size: Int64) -> Bool)] =
    [
      (
        ForeignFile(
          description: "a Git LFS pointer, not the file itself", advice: "fetch the file with git lfs pull"),
        { bytes, _ in bytes.starts(with: "version https://git-lfs".utf8) }
      ),
      (
        ForeignFile(
          description: "an HTML page, as a failed download leaves", advice: "download the file again"),
        { bytes, _ in isHTML(bytes) }
      ),
      (
        ForeignFile(description: "compressed with gzip", advice: "unpack it with gunzip"),
        { bytes, _ in bytes.starts(with: [0x1F, 0x8B]) }
      ),
      (
        ForeignFile(
          description: "a NumPy array (.npy)",
          advice: "set it as a weight of a Keras model and save that as .weights.h5"),
        { bytes, _ in bytes.starts(with: [0x93] + Array("NUMPY".utf8)) }
      ),
      (
        ForeignFile(
          description: "a Python pickle, as older versions of PyTorch write",
          advice:
            "wtool reads Keras files: copy its tensors into a Keras model and save that as .keras or .h5"),
        { bytes, _ in isPickle(bytes) }
      ),
      (
        ForeignFile(
          description: "a safetensors file",
          advice:
            "wtool reads Keras files: load its tensors into a Keras model and save that as .keras or .h5"),
        { bytes, size in isSafetensors(bytes, size) }
      ),
      (
        ForeignFile(
          description: "a TensorFlow Lite model", advice: "use the Keras model that it was converted from"),
        { bytes, _ in bytes.count >= 8 && Array(bytes[4..<8]) == Array("TFL3".utf8) }
      ),
      (
        ForeignFile(
          description: "an ONNX model", advice: "use the Keras model that it was converted from"),
        { bytes, _ in isONNX(bytes) }
      ),
    ]

  /// Recognizes a file by its first bytes; `nil` if it is none of these.
  ///
  /// - Parameters:
  ///   - beginning: the first `beginningSize` bytes, or all if there are fewer.
  ///   - size: how many there are in all.
  init?(beginning: [UInt8], size: Int64) {
    guard let entry = Self.byBeginning.first(where: { $0.matches(beginning, size) }) else { return nil }
    self = entry.file
  }

  /// Recognizes a ZIP archive by the names of its members.
  init?(members: [String]) {
    let lastComponents = members.map { $0.split(separator: "/").last ?? "" }
    if lastComponents.contains("data.pkl") {
      self = Self.pyTorch
    } else if lastComponents.contains("saved_model.pb") {
      self = Self.savedModel
    } else if !members.isEmpty, members.allSatisfy({ $0.hasSuffix(".npy") }) {
      self = Self.numPyArchive
    } else if members.allSatisfy({ $0.contains("/") }), let member = members.first(where: Self.isInFolder) {
      let folder = String(member.prefix { $0 != "/" })
      self.init(
        description:
          "a .keras archive that was packed again with the folder `\(folder.clipped)` around its files",
        advice: "pack the files alone, as in: cd \(folder.clipped) && zip -r ../NEW.keras .")
    } else {
      return nil
    }
  }

  /// Whether it is a member of a .keras archive with one folder around it.
  private static func isInFolder(_ member: String) -> Bool {
    let parts = member.split(separator: "/")
    return parts.count == 2 && ["config.json", "model.weights.h5"].contains(parts[1])
  }

  /// Recognizes a folder by the files in it.
  init?(folder: String) {
    guard POSIXPath.isFile("\(folder)/saved_model.pb") else { return nil }
    self = Self.savedModel
  }

  private static func isHTML(_ bytes: [UInt8]) -> Bool {
    let text = bytes.drop { $0 == 0x20 || (0x9...0xD).contains($0) }.prefix(15).map { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
    return text.starts(with: "<!doctype html".utf8) || text.starts(with: "<html".utf8)
  }

  /// Protocol 2 or later.
  private static func isPickle(_ bytes: [UInt8]) -> Bool {
    bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
  }

  /// The length of a JSON object, and the object.
  private static func isSafetensors(_ bytes: [UInt8], _ size: Int64) -> Bool {
    guard bytes.count > 9, bytes[8] == UInt8(ascii: "{") else { return false }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length >= 2 && length <= UInt64(clamping: size - 8)
  }

  /// A protocol buffer whose first fields are the version of the format and the name of the producer.
  private static func isONNX(_ bytes: [UInt8]) -> Bool {
    bytes.count > 4 && bytes[0] == 0x08 && (1...15).contains(bytes[1]) && bytes[2] == 0x12
  }
}

extension FileView {
  /// Refuses a file that is neither HDF5 nor ZIP and whose beginning tells that it is no text either.
  func checkText() throws(WeightFileError) {
    guard size > 0 else { throw WeightFileError(.malformed, in: name, "the file is empty (0 bytes)") }
    let beginning = try read(Int(min(Int64(ForeignFile.beginningSize), size)), at: 0)
    if let foreign = ForeignFile(beginning: beginning, size: size) { throw foreign.error(in: name) }
  }
}
