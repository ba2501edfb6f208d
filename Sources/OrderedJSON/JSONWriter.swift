extension JSONValue {
  /// The text that Python's `json.dumps` writes by default: `", "` and `": "`, everything beyond ASCII
  /// escaped.
  ///
  /// Parsing what Python wrote and writing it again gives the same bytes.
  package func pythonText() -> String { text(isSpaced: true) }

  /// A text of one line, with or without blanks behind commas and colons.
  func text(isSpaced: Bool) -> String {
    var writer = JSONWriter(indentation: nil, blank: isSpaced ? " " : "")
    writer.write(self, level: 0)
    return writer.text
  }

  /// The text that `json.dumps(…, indent=2)`, or of another indentation, writes.
  package func prettyText(indent: Int = 2) -> String {
    var writer = JSONWriter(indentation: indent)
    writer.write(self, level: 0)
    return writer.text
  }
}

private struct JSONWriter {
  let indentation: Int?
  /// What follows commas and colons in a line.
  let blank: String
  var text = ""

  init(indentation: Int?, blank: String = " ") {
    self.indentation = indentation
    self.blank = blank
  }

  mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let number): text += number.spelling
    case .string(let string): write(string)
    case .array(let elements):
      list(elements, "[", "]", level: level) { writer, element in
        writer.write(element, level: level + 1)
      }
    case .object(let object):
      list(object.members, "{", "}", level: level) { writer, member in
        writer.write(member.key)
        writer.text += ":" + writer.blank
        writer.write(member.value, level: level + 1)
      }
    }
  }

  private mutating func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, level: Int,
    _ writeElement: (inout JSONWriter, Element) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += indentation == nil ? "," + blank : "," }
      breakLine(level + 1)
      writeElement(&self, element)
    }
    if !elements.isEmpty { breakLine(level) }
    text += close
  }

  private mutating func breakLine(_ level: Int) {
    guard let indentation else { return }
    text += "\n" + String(repeating: " ", count: indentation * level)
  }

  private mutating func write(_ string: String) {
    text += "\""
    defer { text += "\"" }
    // Most strings need no escapes.
    guard string.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E || $0 == 0x22 || $0 == 0x5C }) else {
      text += string
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{c}": text += "\\f"
      case " "..."~": text.unicodeScalars.append(scalar)
      default: for unit in String(scalar).utf16 { text += escaped(unit) }
      }
    }
  }

  private func escaped(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
