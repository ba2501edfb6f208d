package import HDF5
package import SystemPackage

/// Why a file cannot be read or written.
package struct WeightFileError: Error, Sendable, Hashable, CustomStringConvertible {
  package let file: String
  /// What was attempted or found, in one clause.
  package let reason: String

  package init(file: String, _ reason: String) {
    self.file = file
    self.reason = reason
  }

  /// A failed system call.
  package init(file: String, _ attempt: String, _ errno: Errno) {
    self.init(file: file, "cannot \(attempt): \(errno)")
  }

  /// A failed HDF5 operation; `name` is what the user calls the file, which may be staged under another.
  package init(file name: String, _ error: HDF5Error) {
    if let number = error.systemErrorNumber, number != 0 {
      self.init(file: name, "cannot \(error.operation): \(Errno(rawValue: number))")
    } else {
      self.init(file: name, error.description)
    }
  }

  package var description: String { "\(file): \(reason)" }
}
