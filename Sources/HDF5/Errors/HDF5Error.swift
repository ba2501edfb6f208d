/// A failed HDF5 operation: its kind, where it failed, what was attempted, why, and libhdf5's own account.
public struct HDF5Error: Error, Sendable, Hashable, CustomStringConvertible {
  /// What a caller can react to.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// There is no file of that name.
    case notFound
    /// The system refuses to read the file.
    case unreadable
    /// The file breaks the rules of HDF5, or has no such object.
    case malformed
    /// The file refers to another file, which is not opened.
    case external
    /// It takes more memory than there is.
    case outOfMemory
    /// The file needs what this library or libhdf5 does not have.
    case unsupported
    /// The file cannot be written.
    case unwritable
    /// The caller asks for something that makes no sense: an empty name, a selection outside the dataset.
    case invalidArgument
  }

  public let kind: Kind
  public let file: String
  /// The path of the object in the file, if the operation was on one.
  public let object: String?
  /// What was attempted, without the object: `open the dataset`.
  public let operation: String
  /// What is wrong, in one clause.
  public let reason: String
  /// The other files that it refers to, as far as they are known.
  public let otherFiles: [String]
  /// The error stack of libhdf5; `nil` for what this library found wrong before asking libhdf5.
  public let cause: HDF5ErrorStack?

  /// The file, and the object if there is one.
  public var place: String { object.map { "\(file): \($0)" } ?? file }

  /// What was attempted, as an infinitive without `to`: ``open the dataset `/dense/kernel` ``.
  public var attempt: String { object.map { "\(operation) `\($0)`" } ?? operation }

  public var description: String { "\(file): cannot \(attempt): \(reason)" }
}
