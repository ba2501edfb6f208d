/// What kind of failure something is, for callers that react to it.
package enum FailureKind: Sendable, Hashable, CaseIterable {
  /// There is no file, member, layer or object of that name.
  case notFound
  /// The system refuses to read it.
  case unreadable
  /// It breaks the rules of its format: it is damaged, hostile or of another format.
  case malformed
  /// It follows the rules but needs what wtool does not have.
  case unsupported
  /// It refers to what wtool does not open on a file's wish: other files.
  case refused
  /// Two inputs do not belong together: weights and an architecture of different models.
  case mismatch
  /// The output exists and is not to be replaced.
  case exists
  /// The system refuses to write it.
  case unwritable
  /// The command line or a settings file asks for something that makes no sense.
  case usage
}
