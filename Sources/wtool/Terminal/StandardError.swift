import SystemPackage

/// Where everything goes that is not a command's result.
enum StandardError {
  /// Nobody can be told that nobody can be told.
  static func write(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(text.utf8) }
}

/// Where a command's result goes.
enum StandardOutput {
  static func write(_ text: String) throws(CommandFailure) {
    do {
      try FileDescriptor.standardOutput.writeAll(text.utf8)
    } catch {
      throw CommandFailure("standard output: cannot write: \(error)", .unusable)
    }
  }
}
