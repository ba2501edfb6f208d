internal import SystemPackage

/// Names of files that nobody else uses.
enum TemporaryName {
  /// A hidden file in the directory of another one, so that it can take that one's name.
  static func inDirectory(of path: String) -> String {
    FilePath(path).removingLastComponent().appending(".wtool-\(unique()).tmp").string
  }

  /// A file in the directory for temporary files.
  static func inTemporaryDirectory(_ purpose: String) -> String {
    "\(POSIX.temporaryDirectory)/wtool-\(purpose)-\(unique())"
  }

  private static func unique() -> String {
    "\(POSIX.processIdentifier)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }
}
