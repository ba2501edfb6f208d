/// A part of a file that is elsewhere: a link to another file, a dataset whose values are in others, or a
/// soft link, which Keras refuses wherever it leads.
package struct ExternalReference: Sendable, Hashable {
  /// Its path in the file.
  package let path: String
  /// What it is, in one clause.
  package let reason: String
  /// The names of the other files, as far as they are known.
  let files: [String]
  /// Whether what it leads to is in this file, and is read.
  package let isInside: Bool

  init(path: String, reason: String, files: [String] = [], isInside: Bool = false) {
    self.isInside = isInside
    self.path = path
    self.reason = reason
    self.files = files
  }

  /// As one line of a listing.
  package var description: String { "\(path): \(reason)" }
}
