/// Reads JSON as Python's `json` reads it: with `NaN` and `Infinity`, numbers of any length, and the last of
/// two equal keys winning.
package struct JSONParser {
  /// Deeper nesting is refused, so that no file can exhaust the stack.
  package static let depthLimit = 512

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  /// The paths that are looked for, the path so far, and the bytes of the values found.
  private let targets: Set<[JSONPointer.Component]>
  private var path: [JSONPointer.Component] = []
  private var found: [JSONPointer: Range<Int>] = [:]

  private init(_ bytes: [UInt8], targets: some Sequence<JSONPointer> = []) {
    self.bytes = bytes
    self.targets = Set(targets.map(\.components))
  }

  /// The value of a UTF-8 text; a byte order mark before it is ignored.
  package static func parse(_ bytes: [UInt8]) throws(TextSyntaxError) -> JSONValue {
    var parser = JSONParser(bytes)
    return try parser.document()
  }

  package static func parse(_ text: String) throws(TextSyntaxError) -> JSONValue {
    try parse(Array(text.utf8))
  }

  /// Where the value at a pointer starts in a text; the nearest enclosing value if there is none.
  package static func locate(_ pointer: JSONPointer, in bytes: [UInt8]) -> TextPosition? {
    let found = ranges(of: sequence(first: pointer, next: \.parent), in: bytes)
    var candidate: JSONPointer? = pointer
    while let current = candidate {
      if let range = found[current] { return TextPosition(of: range.lowerBound, in: bytes) }
      candidate = current.parent
    }
    return nil
  }

  /// The bytes of the values at some pointers; of equal keys the last one's.
  ///
  /// - Returns: nothing of pointers to no value, and of a text that is no JSON.
  package static func ranges(
    of pointers: some Sequence<JSONPointer>, in bytes: [UInt8]
  ) -> [JSONPointer: Range<Int>] {
    var parser = JSONParser(bytes, targets: pointers)
    return (try? parser.document()) == nil ? [:] : parser.found
  }
}

// MARK: - Grammar

extension JSONParser {
  private mutating func document() throws(TextSyntaxError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    skipWhitespace()
    let value = try value()
    skipWhitespace()
    guard offset == bytes.count else { throw error("unexpected text after the end of the document") }
    return value
  }

  private mutating func value() throws(TextSyntaxError) -> JSONValue {
    let start = offset
    let value = try unlocatedValue()
    if !targets.isEmpty, targets.contains(path) { found[JSONPointer(path)] = start..<offset }
    return value
  }

  private mutating func unlocatedValue() throws(TextSyntaxError) -> JSONValue {
    guard let byte = peek() else {
      throw error(bytes.isEmpty ? "the document is empty" : "unexpected end of the document")
    }
    switch byte {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default:
      for (word, value) in Self.words where take(word) { return value }
      throw error("expected a value, found \(describe(byte))")
    }
  }

  private static let words: [(String, JSONValue)] = [
    ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
    ("NaN", .number(JSONNumber(validated: "NaN"))), ("Infinity", .number(JSONNumber(validated: "Infinity"))),
  ]

  private mutating func object() throws(TextSyntaxError) -> JSONObject {
    try enter()
    defer { depth -= 1 }
    var members: [JSONObject.Member] = []
    var indexByKey: [String: Int] = [:]
    skipWhitespace()
    if take("}") { return JSONObject() }
    while true {
      skipWhitespace()
      guard peek() == UInt8(ascii: "\"") else { throw error("expected a key in double quotes") }
      let key = try string()
      skipWhitespace()
      guard take(":") else { throw error("expected \":\" after the key \"\(key)\"") }
      skipWhitespace()
      path.append(.key(key))
      let value = try value()
      path.removeLast()
      if let index = indexByKey[key] {
        members[index].value = value
      } else {
        indexByKey[key] = members.count
        members.append(JSONObject.Member(key: key, value: value))
      }
      skipWhitespace()
      if take("}") { return JSONObject(members) }
      guard take(",") else { throw error("expected \",\" or \"}\"") }
    }
  }

  private mutating func array() throws(TextSyntaxError) -> [JSONValue] {
    try enter()
    defer { depth -= 1 }
    var elements: [JSONValue] = []
    skipWhitespace()
    if take("]") { return elements }
    while true {
      skipWhitespace()
      path.append(.index(elements.count))
      elements.append(try value())
      path.removeLast()
      skipWhitespace()
      if take("]") { return elements }
      guard take(",") else { throw error("expected \",\" or \"]\"") }
    }
  }

  private mutating func number() throws(TextSyntaxError) -> JSONNumber {
    let start = offset
    if take("-"), take("Infinity") { return JSONNumber(validated: "-Infinity") }
    let digitsStart = offset
    try digits()
    if bytes[digitsStart] == UInt8(ascii: "0"), offset > digitsStart + 1 {
      throw error("a number must not start with 0", at: digitsStart)
    }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return JSONNumber(validated: String(decoding: bytes[start..<offset], as: UTF8.self))
  }

  private mutating func digits() throws(TextSyntaxError) {
    let start = offset
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    guard offset > start else { throw error("expected a digit") }
  }

  private mutating func string() throws(TextSyntaxError) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("the string is not valid UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"):
        offset += 1
        text.append(contentsOf: Array(String(try escape()).utf8))
      case 0..<0x20:
        throw error("a control character in a string must be escaped")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw error("the string never ends", at: start)
  }

  private mutating func escape() throws(TextSyntaxError) -> Character {
    guard let byte = peek() else { throw error("unexpected end of the document") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let start = offset - 2
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code), take("\\u") {
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair", at: start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half a surrogate pair", at: start) }
      return Character(scalar)
    default:
      throw error("unknown escape \\\(Character(Unicode.Scalar(byte)))", at: offset - 2)
    }
  }

  private mutating func hexadecimal() throws(TextSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("expected four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }
}

// MARK: - Scanning

extension JSONParser {
  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    offset += word.utf8.count
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), byte == 0x20 || (0x9...0xA).contains(byte) || byte == 0xD { offset += 1 }
  }

  private mutating func enter() throws(TextSyntaxError) {
    depth += 1
    guard depth <= Self.depthLimit else { throw error("nested deeper than \(Self.depthLimit) levels") }
    offset += 1
  }

  private func describe(_ byte: UInt8) -> String {
    (0x20..<0x7F).contains(byte)
      ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte 0x\(String(byte, radix: 16))"
  }

  private func error(_ reason: String, at place: Int? = nil) -> TextSyntaxError {
    TextSyntaxError(position: TextPosition(of: place ?? offset, in: bytes), reason: reason)
  }
}
