/// A place in a text. Lines and columns count from 1; columns count Unicode scalars.
package struct TextPosition: Sendable, Hashable, CustomStringConvertible {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The place of a byte of a UTF-8 text.
  init(of offset: Int, in text: [UInt8]) {
    var line = 1
    var column = 1
    for byte in text[..<min(offset, text.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.init(line: line, column: column)
  }

  package var description: String { "\(line):\(column)" }
}
