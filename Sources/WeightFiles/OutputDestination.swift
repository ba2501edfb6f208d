package import Text

/// Where an output goes: standard output or a file.
package enum OutputDestination: Sendable, Hashable {
  case standardOutput
  case path(String)

  /// - Parameter argument: an argument of a command line, in which `-` is standard output.
  package init(argument: String) { self = argument == "-" ? .standardOutput : .path(argument) }

  /// What the user calls it; a file may have any name, `standard output` among them.
  package var name: String {
    switch self {
    case .standardOutput: "standard output"
    case .path(let path): path
    }
  }

  /// The name, made safe to print.
  package var displayName: SafeText { SafeText(name) }
}
