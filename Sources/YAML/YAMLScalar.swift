import OrderedJSON

/// What a plain scalar means in YAML 1.1, as Python's `yaml` reads it, with which Keras wrote and read
/// models.
enum YAMLScalar {
  /// The value of a plain scalar: what looks like nothing else is a text.
  ///
  /// - Returns: `nil` for numbers that are spelled as no model has them: `0x10`, `1_000`, `12:30`.
  static func value(_ text: String) -> JSONValue? {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": .bool(false)
    default: isNumber(text) ? number(text) : isUnusual(text) ? nil : .string(text)
    }
  }

  /// A number, spelled as it is where JSON spells it so.
  ///
  /// - Returns: `nil` for a text that is none.
  static func number(_ text: String) -> JSONValue? {
    switch text {
    case ".nan", ".NaN", ".NAN": return JSONValue(Double.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return JSONValue(Double.infinity)
    case "-.inf", "-.Inf", "-.INF": return JSONValue(-Double.infinity)
    default:
      guard text.utf8.allSatisfy({ ($0 | 0x20) == UInt8(ascii: "e") || "+-.0123456789".utf8.contains($0) })
      else { return nil }
      if let json = try? JSONParser.parse(text), json.doubleValue != nil { return json }
      return Int(text).map { JSONValue($0) } ?? Double(text).map { JSONValue($0) }
    }
  }

  /// Whether it is a whole number in base 10, or one with a dot: `1e-07` is a text.
  private static func isNumber(_ text: String) -> Bool {
    let digits = unsigned(text)
    if digits.utf8.allSatisfy(isDigit) { return digits == "0" || !digits.isEmpty && digits.first != "0" }
    if text.utf8.last.map({ ($0 | 0x20) == UInt8(ascii: "n") || ($0 | 0x20) == UInt8(ascii: "f") }) == true {
      return number(text) != nil
    }
    let parts = digits.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let sides = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false)
    guard sides.count == 2, sides.contains(where: { !$0.isEmpty }), sides.allSatisfy(\.isDigits) else {
      return false
    }
    // Without a digit before the dot it has no sign.
    guard !sides[0].isEmpty || digits.count == text.count else { return false }
    guard parts.count > 1 else { return true }
    let exponent = unsigned(parts[1])
    return parts.count == 2 && exponent.count < parts[1].count && !exponent.isEmpty && exponent.isDigits
  }

  /// Whether it is a number in another base, in base 60, or with signs between its digits.
  private static func isUnusual(_ text: String) -> Bool {
    let digits = unsigned(text)
    func consists(_ rest: Substring, of characters: String) -> Bool {
      !rest.isEmpty && rest.utf8.allSatisfy(characters.utf8.contains)
    }
    if digits.hasPrefix("0b") { return consists(digits.dropFirst(2), of: "01_") }
    if digits.hasPrefix("0x") { return consists(digits.dropFirst(2), of: "0123456789abcdefABCDEF_") }
    if digits.hasPrefix("0"), consists(digits.dropFirst(), of: "01234567_") { return true }
    return digits.utf8.first.map(isDigit) == true && digits.contains { $0 == "_" || $0 == ":" }
      && consists(digits, of: "0123456789_:.")
  }

  private static func unsigned(_ text: some StringProtocol) -> Substring {
    let text = Substring(text)
    return text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text
  }

  fileprivate static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension Substring {
  fileprivate var isDigits: Bool { utf8.allSatisfy(YAMLScalar.isDigit) }
}
