/// How a string lies in a file.
public struct HDF5StringFormat: Sendable, Hashable {
  public enum CharacterSet: Sendable, Hashable { case ascii, utf8 }

  public enum Length: Sendable, Hashable {
    /// In the file's heap, of any length: 16 bytes in the attribute itself.
    case variable
    /// Padded with zeros to the longest string, at least one byte.
    case fixed
  }

  public let characterSet: CharacterSet
  public let length: Length

  public init(_ characterSet: CharacterSet, _ length: Length) {
    self.characterSet = characterSet
    self.length = length
  }

  /// What h5py writes for a Python `str`.
  public static let variableUTF8 = HDF5StringFormat(.utf8, .variable)
  /// What h5py writes for Python `bytes`.
  public static let variableASCII = HDF5StringFormat(.ascii, .variable)
  /// What h5py writes for a NumPy array of `S`.
  public static let fixedASCII = HDF5StringFormat(.ascii, .fixed)
}
