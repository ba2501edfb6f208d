package import Failures
internal import HDF5
internal import SystemPackage

/// Why a file cannot be read or written.
package struct WeightFileError: Failure {
  package let kind: FailureKind
  /// The file, as the user calls it.
  package let place: String?
  package let attempt: String?
  package let reason: String
  package let cause: (any Error)?

  /// - Parameters:
  ///   - kind: what a caller can react to.
  ///   - name: the file, as the user calls it.
  ///   - attempt: what was attempted, as an infinitive without `to`; `nil` if the reason says it.
  ///   - reason: what is wrong, what was expected and what to do, in one clause.
  ///   - cause: the error of a lower layer that led to this one.
  package init(
    _ kind: FailureKind, in name: String, attempt: String? = nil, _ reason: String,
    cause: (any Error)? = nil
  ) {
    self.kind = kind
    place = name
    self.attempt = attempt
    self.reason = reason
    self.cause = cause
  }
}

extension WeightFileError {
  /// A system call that failed while a file was read.
  init(reading name: String, attempt: String = "read the file", _ errno: Errno) {
    switch errno {
    case .noSuchFileOrDirectory, .notDirectory:
      self.init(.notFound, in: name, "the file does not exist", cause: errno)
    case .fileTooLarge:
      self.init(
        .unsupported, in: name,
        "the text is longer than \(ModelDocument.byteLimit) bytes; a model's description was expected")
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
    let reason = number == 0 ? error.reason : Errno(rawValue: number).description
    self.init(FailureKind(error.kind), in: name, attempt: error.attempt, reason, cause: error)
  }

  /// A failure to read the values of a tensor.
  init(_ failure: some Failure, in name: String) {
    self.init(
      failure.kind, in: failure.place ?? name, attempt: failure.attempt, failure.reason, cause: failure)
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
      case .unwritable: .unwritable
      case .invalidArgument: .usage
      }
  }
}
