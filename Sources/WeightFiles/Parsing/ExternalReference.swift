/// A part of a file that is elsewhere: a link to another file, a dataset whose values are in others.
package struct ExternalReference: Sendable, Hashable {
  /// Its path in the file.
  package let path: String
  /// What it is, in one clause.
  package let reason: String
  /// The names of the other files, as far as they are known.
  let files: [String]

  init(path: String, reason: String, files: [String] = []) {
    self.path = path
    self.reason = reason
    self.files = files
  }

  /// As one line of a listing.
  package var description: String { "\(path): \(reason)" }
}
