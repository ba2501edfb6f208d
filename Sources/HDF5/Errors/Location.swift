/// Where an object is, for error messages, and the one place where errors are made.
struct Location: Sendable {
  let file: String
  /// The path in the file; `nil` for the file itself.
  let path: String?
  /// The names of other files that this one may refer to.
  let lent: Set<String>

  init(file: String, path: String?, lent: Set<String> = []) {
    self.file = file
    self.path = path
    self.lent = lent
  }

  func appending(_ name: String) -> Location {
    let below =
      switch path {
      case _ where name.hasPrefix("/"), nil: name
      case "/": "/" + name
      case .some(let path): "\(path)/\(name)"
      }
    return Location(file: file, path: below, lent: lent)
  }

  /// An error that this library finds before it asks libhdf5, or that it words better.
  func error(
    _ kind: HDF5Error.Kind, _ attempt: Attempt, _ reason: String, _ cause: HDF5ErrorStack? = nil,
    otherFiles: [String] = []
  ) -> HDF5Error {
    HDF5Error(
      kind: kind, file: file, object: path, operation: attempt.words, reason: reason,
      otherFiles: otherFiles, cause: cause)
  }

  /// The error of an entry that leads to another file.
  func externalLink(file: String, object: String) -> HDF5Error {
    error(
      .external, .reading("follow the link"), "it leads to `\(object)` in another file, `\(file)`",
      otherFiles: [file])
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
      operation: attempt.words, reason: stack.reason, otherFiles: [], cause: stack)
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
