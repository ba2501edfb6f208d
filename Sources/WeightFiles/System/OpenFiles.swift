import Tensors

/// How many files the process has open at once.
package enum OpenFiles {
  /// What a file takes with the process that takes it apart: sockets, and memory that both see.
  private static let perFile = 8

  /// Prepares for so many files that stay open, as far as the system allows.
  ///
  /// - Parameter count: how many there will be.
  package static func expect(_ count: Int) {
    POSIX.allowOpenFiles((CheckedSize(count).times(perFile).plus(64)).value ?? .max)
  }
}
