internal import SystemPackage
package import Text

/// Where an input comes from: standard input or a file.
package enum InputSource: Sendable, Hashable {
  case standardInput
  case path(String)

  /// - Parameter argument: an argument of a command line, in which `-` is standard input.
  package init(argument: String) { self = argument == "-" ? .standardInput : .path(argument) }

  /// What the user calls it; a file may have any name, `standard input` among them.
  package var name: String {
    switch self {
    case .standardInput: "standard input"
    case .path(let path): path
    }
  }

  /// The name, made safe to print.
  package var displayName: SafeText { SafeText(name) }

  /// The folder that the file is in; `nil` for standard input.
  var folder: FilePath? {
    if case .path(let path) = self { FilePath(path).removingLastComponent() } else { nil }
  }
}
