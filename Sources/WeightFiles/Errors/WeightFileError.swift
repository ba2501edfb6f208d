package import Failures
internal import HDF5
internal import SystemPackage

/// Why a file cannot be read or written; its place is the file, as the user calls it.
package struct WeightFileError: AccountedFailure {
  package let account: FailureAccount

  package init(account: FailureAccount) { self.account = account }
}

extension WeightFileError {
  /// A system call that failed while a file was read.
  init(reading name: String, attempt: String = "read the file", _ errno: Errno) {
    switch errno {
    case .noSuchFileOrDirectory, .notDirectory:
      self.init(.notFound, in: name, "the file does not exist", cause: errno)
    default: self.init(.unreadable, in: name, attempt: attempt, errno.description, cause: errno)
    }
  }

  /// A system call that failed while a file was written.
  init(writing name: String, attempt: String = "write the file", _ errno: Errno) {
    let kind: FailureKind = errno == .fileExists ? .exists : .unwritable
    self.init(kind, in: name, attempt: attempt, errno.description, cause: errno)
  }

  /// A failed HDF5 operation.
  ///
  /// - Parameters:
  ///   - name: what the user calls the file, which libhdf5 may have opened under another name.
  ///   - error: what failed in it.
  init(in name: String, _ error: HDF5Error) {
    let number = error.cause?.systemErrorNumber ?? 0
    var reason = number == 0 ? error.reason : Errno(rawValue: number).description
    if error.kind == .outOfMemory {
      reason =
        "it takes more memory than the reading of the file may take: it is damaged or hostile, or "
        + "--max-memory must allow more"
    }
    self.init(FailureKind(error.kind), in: name, attempt: error.attempt, reason, cause: error)
  }
}

extension FailureKind {
  init(_ kind: HDF5Error.Kind) {
    self =
      switch kind {
      case .notFound: .notFound
      case .unreadable: .unreadable
      case .malformed: .malformed
      case .unsupported: .unsupported
      case .external: .refused
      case .outOfMemory: .malformed
      case .unwritable: .unwritable
      // Sizes that a file tells and that do not fit together.
      case .invalidArgument: .malformed
      }
  }
}
