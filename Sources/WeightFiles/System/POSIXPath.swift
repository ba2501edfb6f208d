internal import SystemPackage

/// Questions about paths that are asked before anything is opened.
package enum POSIXPath {
  /// Whether there is a regular file of that name.
  package static func isFile(_ path: String) -> Bool {
    guard let status = try? POSIX.status(path) else { return false }
    return status.isRegularFile
  }

  /// Whether two paths lead to one file.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    guard let first = (try? POSIX.status(one)) ?? nil, let second = (try? POSIX.status(other)) ?? nil else {
      return false
    }
    return first.identity == second.identity
  }

  /// The folder that an input is in and those above it, from the innermost; those of the current folder for
  /// standard input.
  package static func foldersAbove(_ source: InputSource) -> [String] {
    var path: FilePath
    switch source {
    case .path(let file) where file.hasPrefix("/"): path = FilePath(file)
    case .path(let file):
      guard let current = POSIX.currentDirectory else { return [] }
      path = FilePath("\(current)/\(file)")
    case .standardInput:
      guard let current = POSIX.currentDirectory else { return [] }
      // Its last component stands for the input's name.
      path = FilePath("\(current)/input")
    }
    path.lexicallyNormalize()
    var folders: [String] = []
    while path.removeLastComponent() { folders.append(path.string) }
    return folders
  }
}
