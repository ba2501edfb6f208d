/// Text inside XML, HTML and Markdown.
enum Markup {
  /// XML and HTML: text of an element or an attribute.
  static func escaped(_ text: String) -> String {
    String(
      text.unicodeScalars.map { scalar -> String in
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        case "\n", "\t": String(scalar)
        // XML has no other control characters.
        case _
        where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
          "\u{FFFD}"
        default: String(scalar)
        }
      }.joined())
  }

  /// Markdown: text of a table's cell, with everything escaped that would end the cell or start markup but
  /// backticks.
  static func markdown(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("<", with: "&lt;")
      .replacing("*", with: "\\*").replacing("_", with: "\\_")
  }

  /// A place in a picture, to a tenth.
  static func short(_ value: Double) -> String {
    let tenths = Int(exactly: (value * 10).rounded()) ?? 0
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }
}
