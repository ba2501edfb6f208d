/// Where an input comes from: standard input or a file.
package enum InputSource: Sendable, Hashable {
  case standardInput
  case path(String)

  /// - Parameter argument: an argument of a command line, in which `-` is standard input.
  package init(argument: String) { self = argument == "-" ? .standardInput : .path(argument) }

  /// What the user calls it.
  package var name: String {
    switch self {
    case .standardInput: "standard input"
    case .path(let path): path
    }
  }
}
extension WeightCatalog {
  package static func read(_ s: InputSource) throws(WeightFileError) -> WeightCatalog {
    try read(s == .standardInput ? "-" : s.name)
  }
}
extension ModelDocument {
  package static func read(_ s: InputSource) throws(WeightFileError) -> ModelDocument {
    try read(s == .standardInput ? "-" : s.name)
  }
  package static func text(_ s: InputSource) throws(WeightFileError) -> [UInt8] {
    try text(s == .standardInput ? "-" : s.name)
  }
}
extension FileContents {
  package static func read(_ s: InputSource) throws(WeightFileError) -> FileContents {
    try read(s == .standardInput ? "-" : s.name)
  }
}
/// Where an output goes: standard output or a file.
package enum OutputDestination: Sendable, Hashable {
  case standardOutput
  case path(String)

  /// - Parameter argument: an argument of a command line, in which `-` is standard output.
  package init(argument: String) { self = argument == "-" ? .standardOutput : .path(argument) }

  /// What the user calls it.
  package var name: String {
    switch self {
    case .standardOutput: "standard output"
    case .path(let path): path
    }
  }
}
