/// Text from a file or another stranger, made safe to print: one line that holds nothing a terminal acts on.
///
/// Control characters (escape sequences among them), line and paragraph separators, marks that change the
/// direction of text, invisible characters and tags are written as Python's `repr` writes them: `\x1b`, `\n`,
/// `\u202e`. Text that is longer than the limit ends in `…`. A backslash stays as it is.
///
/// Every command and every report for people passes text it did not write itself through this type. JSON
/// needs no such treatment: its writer escapes all that is not ASCII.
package struct SafeText: Sendable, Hashable, CustomStringConvertible {
  /// The number of characters above which a text is cut: a name of a layer, a path, a message.
  package static let usualLimit = 2000

  package let description: String

  /// - Parameters:
  ///   - text: any text.
  ///   - limit: the number of characters after which a text is cut.
  package init(_ text: some StringProtocol, limit: Int = usualLimit) {
    // Most text is plain ASCII and short.
    if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      description = String(text)
      return
    }
    var safe = ""
    var count = 0
    for scalar in text.unicodeScalars {
      guard count < limit else {
        safe.append("…")
        break
      }
      if Self.isSafe(scalar) {
        safe.unicodeScalars.append(scalar)
        count += 1
      } else {
        let escaped = Self.escaped(scalar)
        safe += escaped
        count += escaped.count
      }
    }
    description = safe
  }

  private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    // Direction marks, joiners, tags. Joiners shape some scripts, but they also make two names look alike.
    case .format: false
    // A no-break space is no harm.
    default: true
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default:
      let digits = String(scalar.value, radix: 16)
      let (letter, width) =
        scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
      return "\\\(letter)" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
  }
}

extension StringProtocol {
  /// The text made safe to print; see `SafeText`.
  package var safe: String { SafeText(self).description }
}
