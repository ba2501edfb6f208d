import Text

/// A remedy in words, with the names of its layers and, where a command does it, the command.
///
/// Names are the exact ones; whoever prints the text makes it safe.
package struct RemedyText: Sendable, CustomStringConvertible {
  private let remedy: Remedy
  private let isOfWeightsAlone: Bool

  /// - Parameters:
  ///   - remedy: what to do.
  ///   - isOfWeightsAlone: whether the file that it is about does not describe its model.
  package init(_ remedy: Remedy, isOfWeightsAlone: Bool = false) {
    self.remedy = remedy
    self.isOfWeightsAlone = isOfWeightsAlone
  }

  /// An imperative sentence without a period.
  package var description: String {
    remedy.actions.map(words).joined(separator: remedy.relation == .all ? "; then " : ", or ")
  }

  private func words(_ action: Remedy.Action) -> String {
    switch action {
    case .declare(let field, let choices):
      let values = choices.map { choice in
        (choice.value.contains("(") ? choice.value : "\"\(choice.value)\"")
          + (choice.suits.map { " (\($0))" } ?? "")
      }
      return "set \(field)\(owner) to \(values.joined(separator: " or "))"
    case .setArgument(let field, let value): return "set \(field)\(owner) to \(value)"
    case .separateSeeds:
      return "give each initializer a seed of its own, or no seed at all and one for the whole model "
        + "(wtool init --seed)"
    case .redraw: return redraw
    case .advice(let text): return text
    }
  }

  /// " of `dense`", " of `dense` and 3 other layers"; empty if there is no layer.
  private var owner: String {
    guard let first = remedy.layers.first else { return "" }
    let others = remedy.layers.count - 1
    return " of `\(first)`" + (others > 0 ? " and \(NumberText.counted(others, "other layer"))" : "")
  }

  private var redraw: String {
    guard let first = remedy.layers.first else { return "draw the layer again with wtool init" }
    // A command is printed only if it can be copied as it is.
    guard remedy.layers.count <= 4, remedy.layers.allSatisfy({ !$0.isEmpty && $0.safe == $0 }) else {
      let others = remedy.layers.count - 1
      return "draw `\(first)`"
        + (others > 0 ? " and \(NumberText.counted(others, "other layer"))" : "") + " again with wtool init"
    }
    let options = remedy.layers.map { "--only \(Self.shellWord(Self.pattern($0)))" }
    let files = isOfWeightsAlone ? "ARCH -o NEW_FILE --from FILE" : "FILE -o NEW_FILE"
    return "draw the layer\(options.count > 1 ? "s" : "") again: wtool init \(files) "
      + options.joined(separator: " ")
  }

  /// A glob pattern that matches a name and no other.
  private static func pattern(_ name: String) -> String {
    name.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
  }

  /// A word of a POSIX shell, in quotation marks where it needs them.
  private static func shellWord(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./".utf8)
    let isPlain = text.utf8.allSatisfy(plain.contains) && !text.isEmpty && !text.hasPrefix("-")
    return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }
}
