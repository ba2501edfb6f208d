/// Arithmetic in a Swift file that traps if a number is out of range.
///
/// A text knows no types. Operators between strings, arrays and floating-point numbers are recognized by
/// their literals and conversions; counts and indices of things in memory by their names, which no size that
/// a file states may have. Everything else is raw arithmetic.
struct RawArithmetic {
  /// The places, as `path:line: left + right`.
  private(set) var places: [String] = []
  private let tokens: [SwiftTokens.Token]
  private let path: String

  init(_ file: SourceFile) {
    tokens = SwiftTokens(file.lines).tokens
    path = file.path
    for index in tokens.indices { check(index) }
  }

  /// Names of what counts, or points into, something that is in memory, so that it cannot reach the ends of
  /// `Int`.
  private static let indexNames: Set<String> = [
    "axis", "column", "count", "depth", "end", "endIndex", "index", "level", "line", "offset", "place",
    "position", "rank", "shift", "start", "startIndex", "width",
  ]

  /// Names of what is floating-point wherever it occurs.
  private static let floatNames: Set<String> = ["Double", "Float", "pi", "squareRoot", "power", "Elementary"]

  private enum Operand {
    case text, list, float, literal, index, unknown
  }

  private static let wrapping: Set<String> = ["&+", "&-", "&*", "&<<", "&+=", "&-=", "&*="]
  private static let additive: Set<String> = ["+", "-", "+=", "-="]
  private static let dividing: Set<String> = ["/", "%", "/=", "%="]
  private static let multiplicative: Set<String> = ["*", "*=", "<<", "<<="]

  private mutating func check(_ index: Int) {
    let token = tokens[index]
    guard token.kind == .operation else { return checkConversion(index) }
    if Self.wrapping.contains(token.text) { return add(index, "\(token.text) wraps around") }
    // `reduce(0, +)`
    if tokens.indices.contains(index + 1), tokens[index + 1].text == ")", index > 0,
      tokens[index - 1].text == ",", Self.additive.union(Self.multiplicative).contains(token.text)
    {
      return add(index, "reduce(…, \(token.text))")
    }
    if token.text == "-", !token.hasSpaceAfter, index + 1 < tokens.count, tokens[index + 1].kind != .number {
      if right(index) != .float { add(index, "-\(tokens[index + 1].text)") }
      return
    }
    guard token.hasSpaceBefore, token.hasSpaceAfter, index > 0, index + 1 < tokens.count else { return }
    let (left, right) = (left(index), right(index))
    let known: Set<Operand> = [.text, .list, .float]
    guard !known.contains(left), !known.contains(right) else { return }
    let isCounted = [.literal, .index].contains(left) && [.literal, .index].contains(right)
    let isSafe: Bool
    if Self.additive.contains(token.text) {
      isSafe = isCounted
    } else if Self.dividing.contains(token.text) {
      // A literal is neither 0 nor -1.
      isSafe = right == .literal
    } else if Self.multiplicative.contains(token.text) {
      isSafe = left == .literal && right == .literal
    } else {
      return
    }
    if !isSafe { add(index, "\(tokens[index - 1].text) \(token.text) \(tokens[index + 1].text)") }
  }

  private static let integers: Set<String> = [
    "Int", "Int8", "Int16", "Int32", "Int64", "UInt", "UInt8", "UInt16", "UInt32", "UInt64",
  ]
  private static let labels: Set<String> = [
    "ascii", "bitPattern", "clamping", "exactly", "littleEndian", "truncatingIfNeeded",
  ]

  /// `Int(x)` traps for a number that does not fit; with a label it does not.
  private mutating func checkConversion(_ index: Int) {
    let token = tokens[index]
    guard token.kind == .word, index + 2 < tokens.count else { return }
    if token.text == "advanced" { return add(index, "advanced(by:)") }
    guard Self.integers.contains(token.text), tokens[index + 1].text == "(",
      !tokens[index + 1].hasSpaceBefore,
      !Self.labels.contains(tokens[index + 2].text)
    else { return }
    add(index, "\(token.text)(\(tokens[index + 2].text)")
  }

  private mutating func add(_ index: Int, _ text: String) {
    places.append("\(path):\(tokens[index].line): \(text)")
  }

  /// What ends before an operator.
  private func left(_ index: Int) -> Operand {
    let token = tokens[index - 1]
    switch token.kind {
    case .string: return .text
    case .number: return number(token.text)
    case .word: return word(token.text)
    case .operation: return .unknown
    case .symbol:
      guard let opening = opening(index - 1) else { return .unknown }
      let isCalled = opening > 0 && tokens[opening - 1].kind == .word && !tokens[opening].hasSpaceBefore
      if isCalled { return tokens[opening].text == "(" ? call(tokens[opening - 1].text) : .unknown }
      return token.text == "]" ? .list : .unknown
    }
  }

  /// What begins after an operator, to its end.
  private func right(_ index: Int) -> Operand {
    var place = index + 1
    let token = tokens[place]
    switch token.kind {
    case .string: return .text
    case .number: return number(token.text)
    case .operation: return .unknown
    case .symbol: return token.text == "[" ? .list : .unknown
    case .word: break
    }
    var last = token.text
    var isCalled = false
    if Self.floatNames.contains(last) || last == "Array" || last == "String" { return call(last) }
    while place + 1 < tokens.count {
      let next = tokens[place + 1]
      if next.text == ".", place + 2 < tokens.count, tokens[place + 2].kind == .word {
        last = tokens[place + 2].text
        isCalled = false
        place += 2
      } else if next.text == "(" || next.text == "[", !next.hasSpaceBefore, let closing = closing(place + 1) {
        isCalled = true
        place = closing
        if next.text == "[" { last = "" }
      } else {
        break
      }
    }
    return isCalled ? call(last) : word(last)
  }

  private func number(_ text: String) -> Operand {
    text.contains(".") || (text.hasPrefix("0x") ? text.contains("p") : text.contains("e")) ? .float : .literal
  }

  private func word(_ name: String) -> Operand {
    Self.floatNames.contains(name)
      ? .float : Self.indexNames.contains(name) || name.hasSuffix("Count") ? .index : .unknown
  }

  private func call(_ name: String) -> Operand {
    if Self.floatNames.contains(name) { return .float }
    return ["Array", "map", "flatMap", "filter", "compactMap", "dropFirst", "dropLast", "prefix", "suffix"]
      .contains(name) ? .list : ["String", "joined", "short", "bytes"].contains(name) ? .text : .unknown
  }

  /// The parenthesis or bracket that this one closes.
  private func opening(_ closing: Int) -> Int? {
    let pairs = [")": "(", "]": "["]
    guard let wanted = pairs[tokens[closing].text] else { return nil }
    var depth = 0
    for index in (0...closing).reversed() {
      if tokens[index].text == tokens[closing].text { depth += 1 }
      if tokens[index].text == wanted { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  private func closing(_ opening: Int) -> Int? {
    let pairs = ["(": ")", "[": "]"]
    guard let wanted = pairs[tokens[opening].text] else { return nil }
    var depth = 0
    for index in opening..<tokens.count {
      if tokens[index].text == tokens[opening].text { depth += 1 }
      if tokens[index].text == wanted { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }
}
