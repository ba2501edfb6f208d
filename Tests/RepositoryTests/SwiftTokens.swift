/// The words, numbers, strings and operators of a Swift file, without comments.
///
/// Enough of a lexer to find operators and what stands on either side of them. The code of an interpolation
/// comes before the string that it is in.
struct SwiftTokens {
  enum Kind { case word, number, string, symbol, operation }

  struct Token {
    let kind: Kind
    let text: String
    let line: Int
    let hasSpaceBefore: Bool
    fileprivate(set) var hasSpaceAfter = false
  }

  private(set) var tokens: [Token] = []
  private var text: [Character]
  private var place = 0
  private var line = 1

  init(_ lines: [String]) {
    text = Array(lines.joined(separator: "\n"))
    scan(untilClosing: false)
  }

  private static let operators = Set("+-*/%<>=&|^~!?")

  private func peek(_ offset: Int = 0) -> Character? {
    text.indices.contains(place + offset) ? text[place + offset] : nil
  }

  private func starts(with prefix: String) -> Bool { text[place...].starts(with: prefix) }

  private mutating func skip(_ count: Int = 1) {
    for _ in 0..<count where place < text.count {
      if text[place] == "\n" { line += 1 }
      place += 1
    }
  }

  /// Appends tokens up to the end, or up to the parenthesis that closes an interpolation.
  private mutating func scan(untilClosing isInterpolation: Bool) {
    var depth = 0
    while let character = peek() {
      if character.isWhitespace {
        if !tokens.isEmpty { tokens[tokens.count - 1].hasSpaceAfter = true }
        skip()
      } else if starts(with: "//") {
        while let next = peek(), next != "\n" { skip() }
      } else if character == "\"" || (character == "#" && starts(with: "#\"")) {
        scanString()
      } else if character.isLetter || character == "_" || character == "$" || character == "`" {
        append(.word) { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" || $0 == "`" }
      } else if character.isNumber {
        scanNumber()
      } else if Self.operators.contains(character) {
        append(.operation) { Self.operators.contains($0) }
      } else {
        if character == "(" { depth += 1 }
        if character == ")" {
          depth -= 1
          if isInterpolation, depth < 0 { return skip() }
        }
        let symbol = place
        append(.symbol) { _ in false }
        if place == symbol { skip() }
      }
    }
  }

  private mutating func append(_ kind: Kind, while matches: (Character) -> Bool) {
    let start = place
    let (isSpaced, first) = (start == 0 || text[start - 1].isWhitespace, line)
    skip()
    while let next = peek(), matches(next) { skip() }
    tokens.append(
      Token(kind: kind, text: String(text[start..<place]), line: first, hasSpaceBefore: isSpaced))
  }

  private mutating func scanNumber() {
    append(.number) { $0.isHexDigit || $0 == "_" || $0 == "x" || $0 == "p" || $0 == "o" }
    guard peek() == ".", peek(1)?.isNumber == true else { return }
    let whole = tokens.removeLast()
    skip()
    append(.number) { $0.isHexDigit || $0 == "_" || $0 == "p" || $0 == "-" }
    let fraction = tokens.removeLast()
    tokens.append(
      Token(
        kind: .number, text: "\(whole.text).\(fraction.text)", line: whole.line,
        hasSpaceBefore: whole.hasSpaceBefore))
  }

  private mutating func scanString() {
    let (isSpaced, first) = (place == 0 || text[place - 1].isWhitespace, line)
    let isRaw = peek() == "#"
    if isRaw { skip() }
    let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
    let end = quote + (isRaw ? "#" : "")
    let interpolation = isRaw ? "\\#(" : "\\("
    skip(quote.count)
    while peek() != nil, !starts(with: end) {
      if starts(with: interpolation) {
        skip(interpolation.count)
        tokens.append(Token(kind: .symbol, text: ";", line: line, hasSpaceBefore: true))
        scan(untilClosing: true)
        tokens.append(Token(kind: .symbol, text: ";", line: line, hasSpaceBefore: true))
      } else {
        skip(!isRaw && peek() == "\\" ? 2 : 1)
      }
    }
    skip(end.count)
    tokens.append(Token(kind: .string, text: "\"\"", line: first, hasSpaceBefore: isSpaced))
  }
}
