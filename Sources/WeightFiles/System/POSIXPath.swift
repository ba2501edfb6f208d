internal import SystemPackage

/// Questions about paths that are asked before anything is opened.
package enum POSIXPath {
  /// Whether there is a regular file of that name.
  package static func isFile(_ path: String) -> Bool {
    guard let status = try? POSIX.status(path) else { return false }
    return status.isRegularFile
  }

  /// The folder that a file is in and those above it, from the innermost; those of the current folder for `-`.
  package static func foldersAbove(_ file: String) -> [String] {
    let isAbsolute = file.hasPrefix("/")
    guard let current = isAbsolute ? "" : POSIX.currentDirectory else { return [] }
    var path = FilePath(isAbsolute ? file : file == "-" ? "\(current)/-" : "\(current)/\(file)")
    path.lexicallyNormalize()
    var folders: [String] = []
    while path.removeLastComponent() { folders.append(path.string) }
    return folders
  }
}
