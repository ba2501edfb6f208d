/// A paragraph broken into lines between its words.
package enum TextWrapping {
  /// - Parameters:
  ///   - text: words separated by spaces.
  ///   - width: the number of columns; a word that is longer has a line of its own.
  ///   - indent: what every line begins with.
  ///   - hangingIndent: what every line but the first begins with, if that differs.
  /// - Returns: the lines; none for a text without words.
  package static func lines(
    _ text: String, width: Int, indent: String = "", hangingIndent: String? = nil
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let start = lines.isEmpty ? indent : hangingIndent ?? indent
      if !line.isEmpty, start.count + line.count + 1 + word.count > width {
        lines.append(start + line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [(lines.isEmpty ? indent : hangingIndent ?? indent) + line]
  }
}
