/// Where an object is, for error messages, and the one place where errors are made.
struct Location: Sendable {
  let file: String
  /// The path in the file; `nil` for the file itself.
  let path: String?

  func appending(_ name: String) -> Location {
    if name.hasPrefix("/") { return Location(file: file, path: name) }
    return switch path {
    case nil: Location(file: file, path: name)
    case "/": Location(file: file, path: "/" + name)
    case .some(let path): Location(file: file, path: "\(path)/\(name)")
    }
  }

  /// An error that this library finds before it asks libhdf5, or that it words better.
  func error(
    _ kind: HDF5Error.Kind, _ attempt: Attempt, _ reason: String, _ cause: HDF5ErrorStack? = nil
  ) -> HDF5Error {
    HDF5Error(kind: kind, file: file, object: path, operation: attempt.words, reason: reason, cause: cause)
  }

  /// The error of an entry that leads to another file.
  func externalLink(file: String, object: String) -> HDF5Error {
    error(
      .external, .reading("follow the link"), "it leads to `\(object)` in another file, `\(file)`")
  }

  /// The error of a call that has just failed on this thread; the stack is read at once, before another call
  /// overwrites it.
  private func lastError(_ attempt: Attempt) -> HDF5Error {
    let stack = HDF5ErrorStack.takeCurrent()
    return HDF5Error(
      kind: stack.isExternal
        ? .external
        : stack.isOutOfMemory ? .outOfMemory : attempt.kind(errorNumber: stack.systemErrorNumber),
      file: file, object: path,
      operation: attempt.words, reason: stack.reason, cause: stack)
  }

  /// Passes an identifier or a count on and turns a negative one into an error.
  @discardableResult
  func check<Result: FixedWidthInteger & SignedInteger>(
    _ attempt: Attempt, _ result: Result
  ) throws(HDF5Error) -> Result {
    guard result >= 0 else { throw lastError(attempt) }
    return result
  }

  /// C strings end at a zero; a name that holds one would silently mean another object.
  func checkName(_ attempt: Attempt, _ name: String) throws(HDF5Error) {
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw error(.invalidArgument, attempt, "a name must not be empty or contain a zero byte")
    }
  }
}
