/// A check of a TOML text before it is parsed: the parser stops the process, instead of throwing, at a table
/// without a name, at brackets that do not match and at a date with the beginning of a time and no time.
///
/// What separates values is read as strictly as TOML 1.0 has it, spaces, tabs and newlines alone: the parser
/// takes others for them, too, and would find the start of a line where this check finds none.
struct TOMLScan {
  private let text: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var open: [Unicode.Scalar] = []
  /// Whether a value may begin here: nothing but blanks and comments since a `=`, a comma or a bracket.
  private var mayBeginValue = false

  /// - Returns: the line of the first such place and what was expected; `nil` if there is none.
  static func fault(in text: String) -> (line: Int, expected: String)? {
    var scan = TOMLScan(text: Array(text.unicodeScalars))
    return scan.fault()
  }

  private init(text: [Unicode.Scalar]) { self.text = text }

  private mutating func fault() -> (line: Int, expected: String)? {
    var isLineStart = true
    while index < text.count {
      let character = text[index]
      switch character {
      case "#":
        skip { $0 != "\n" && !Self.breaksLines($0) }
        if index < text.count, text[index] != "\n", !endsLine { return (line, "a newline after a comment") }
      case "\"", "'": skipString(character)
      case "[" where isLineStart && open.isEmpty:
        index += 1
        if text.indices.contains(index), text[index] == "[" { index += 1 }
        skip { $0 == " " || $0 == "\t" }
        guard index < text.count, Self.startsKey(text[index]) else { return (line, "the name of a table") }
        skip { $0 != "\n" && $0 != "#" }
      case "[", "{":
        open.append(character)
        index += 1
      case "0"..."9" where mayBeginValue && beginsDateWithoutTime:
        return (line, "a whole time, or nothing, after a date")
      case "]", "}":
        guard open.popLast() == (character == "]" ? "[" : "{") else {
          return (line, "brackets that match")
        }
        index += 1
      case "\n":
        line += 1
        index += 1
        isLineStart = true
        if open.isEmpty { mayBeginValue = false }
        continue
      case " "..."~", "\t": index += 1
      case "\r" where endsLine: index += 1
      default: return (line, "quotes around what is not ASCII")
      }
      guard character != " ", character != "\t" else { continue }
      isLineStart = false
      mayBeginValue =
        switch character {
        case "=", ",", "[", "{": true
        case "#": mayBeginValue
        default: false
        }
    }
    return nil
  }

  /// Whether `YYYY-MM-DD` is here and then what begins a time, a `T` or a blank and a digit, but is none.
  private var beginsDateWithoutTime: Bool {
    if isHere("0000-00-00T") || isHere("0000-00-00t") { return !isHere("0000-00-00*00:00") }
    // The parser takes anything of the length of a date with its hyphens for one, and counts no `_`.
    let rest = text[index...].drop { !Self.endsValue($0) }
    let value = text[index..<rest.startIndex].filter { $0 != "_" }
    guard value.count == 10, value[4] == "-", value[7] == "-", rest.first == " ",
      let digit = rest.dropFirst().first, ("0"..."9").contains(digit)
    else { return false }
    return rest.dropFirst(2).first.map { Self.endsValue($0) || !$0.isASCII } ?? true
  }

  private static func endsValue(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "\t"..."\r", " ", ",", "]", "}", "#": true
    default: false
    }
  }

  /// Whether the text here has a form, in which `0` is any digit and `*` anything.
  private func isHere(_ form: String) -> Bool {
    let form = Array(form.unicodeScalars)
    let part = text[index...].prefix(form.count)
    return part.count == form.count
      && zip(part, form).allSatisfy { character, form in
        switch form {
        case "0": ("0"..."9").contains(character)
        case "*": true
        default: character == form
        }
      }
  }

  /// Whether the scalar and the one behind it are a newline of two.
  private var endsLine: Bool { text[index...].starts(with: ["\r", "\n"]) }

  private static func breaksLines(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "\u{A}"..."\u{D}", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  private static func startsKey(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", "\"", "'": true
    default: false
    }
  }

  private mutating func skip(while isSkipped: (Unicode.Scalar) -> Bool) {
    while index < text.count, isSkipped(text[index]) { index += 1 }
  }

  /// To the end of a string, or of the line if a plain one has none.
  private mutating func skipString(_ quote: Unicode.Scalar) {
    func isQuoted(_ count: Int) -> Bool {
      index + count <= text.count && text[index..<index + count].allSatisfy { $0 == quote }
    }
    let width = isQuoted(3) ? 3 : 1
    index += width
    while index < text.count, !isQuoted(width) {
      if text[index] == "\n" {
        if width == 1 { return }
        line += 1
      }
      index +=
        text[index] == "\\" && quote == "\"" && index + 1 < text.count && text[index + 1] != "\n" ? 2 : 1
    }
    index = min(index + width, text.count)
    // As many as two of the quotes before the closing three belong to the string.
    if width == 3 { for _ in 0..<2 where isQuoted(1) { index += 1 } }
  }
}
