/// What a call of libhdf5 attempts: decides what kind of error its failure is.
struct Attempt: Sendable {
  /// An infinitive without `to`, to be followed by the object: `open the dataset`.
  let words: String
  let isWriting: Bool

  static func reading(_ words: String) -> Attempt { Attempt(words: words, isWriting: false) }
  static func writing(_ words: String) -> Attempt { Attempt(words: words, isWriting: true) }

  /// The kind of an error of libhdf5.
  ///
  /// - Parameter errorNumber: that of the system call that failed, if one did.
  /// - Returns: what a caller can react to.
  func kind(errorNumber: Int32?) -> HDF5Error.Kind {
    if isWriting { return .unwritable }
    return switch errorNumber {
    case nil, 0: .malformed
    case Self.noSuchFile: .notFound
    case _: .unreadable
    }
  }

  /// ENOENT of every Unix.
  private static let noSuchFile: Int32 = 2
}
