package import OrderedJSON

/// Reads YAML as Python's `yaml` reads it, as far as its values are those of JSON.
///
/// Keras 1 and 2 printed models as YAML (`model.to_yaml()`), with Python's tuples and with names for values
/// that come twice. A tag of any other class of Python is refused: reading it would be running it.
package struct YAMLParser {
  /// Deeper nesting is refused, so that no text can exhaust the stack.
  package static let depthLimit = JSONParser.depthLimit

  /// How much may be repeated: so many values and bytes of texts for each byte. Aliases of aliases, and of
  /// long texts, could make any number of a few lines.
  private static let sizePerByte = 8

  private let events: YAMLEvents
  private let sizeLimit: Int
  /// The number of values, and of bytes of texts, as if each alias were written out.
  private var size = 0
  private var depth = 0
  /// The greatest depth since the value that is read began.
  private var deepest = 0

  /// A value that has a name.
  private struct Anchored {
    let value: JSONValue
    var size = 0
    /// How many levels it nests.
    var height = 0
  }

  /// What has a name; `nil` while it is read.
  private var anchored: [String: Anchored?] = [:]

  private init(_ bytes: [UInt8]) {
    events = YAMLEvents(bytes)
    let (limit, isBeyond) = bytes.count.multipliedReportingOverflow(by: Self.sizePerByte)
    sizeLimit = isBeyond ? .max : max(10_000, limit)
  }

  /// The value of a text with one document, in UTF-8.
  ///
  /// - Parameter bytes: the text.
  /// - Returns: its value, with keys in their order; of equal keys the last one's.
  /// - Throws: where and why it is not YAML, or no plain data.
  package static func parse(_ bytes: [UInt8]) throws(TextSyntaxError) -> JSONValue {
    try checkDirectives(bytes)
    var parser = YAMLParser(bytes)
    return try parser.document()
  }
}

extension YAMLParser {
  /// Refuses directives (`%TAG`), which Keras never wrote: libyaml compares each with all before it.
  private static func checkDirectives(_ bytes: [UInt8]) throws(TextSyntaxError) {
    var (line, isStart) = (1, true)
    for byte in bytes {
      if isStart, byte == UInt8(ascii: "%") {
        throw TextSyntaxError(
          position: TextPosition(line: line, column: 1), reason: "directives (`%`) are not read")
      }
      isStart = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
  }

  private mutating func document() throws(TextSyntaxError) -> JSONValue {
    var event = try events.next()
    while case .mark = event.kind { event = try events.next() }
    guard case .documentStart = event.kind else { throw error(event, "the document is empty") }
    let value = try value(of: try events.next())
    event = try events.next()
    while case .mark = event.kind { event = try events.next() }
    guard case .end = event.kind else { throw error(event, "a second document begins here; expected one") }
    return value
  }

  private mutating func value(of event: YAMLEvents.Event) throws(TextSyntaxError) -> JSONValue {
    if case .alias(let name) = event.kind { return try alias(name, event) }
    let (before, outer) = (size, deepest)
    deepest = depth
    defer { deepest = max(outer, deepest) }
    try count(1, event)
    if let anchor = event.anchor { anchored[anchor] = .some(nil) }
    let value: JSONValue
    switch event.kind {
    case .scalar(let text, let isPlain):
      try count(text.utf8.count, event)
      value = try scalar(text, isPlain: isPlain, event)
    case .sequenceStart: value = try sequence(event)
    case .mappingStart: value = .object(try mapping(event))
    default: throw error(event, "expected a value")
    }
    if let anchor = event.anchor {
      anchored[anchor] = Anchored(value: value, size: size - before, height: deepest - depth)
    }
    return value
  }

  private mutating func alias(
    _ name: String, _ event: YAMLEvents.Event
  ) throws(TextSyntaxError) -> JSONValue {
    guard let entry = anchored[name] else {
      throw error(event, "nothing before is called &\(Self.clipped(name))")
    }
    guard let entry else { throw error(event, "*\(Self.clipped(name)) contains itself") }
    try count(entry.size, event)
    try reach(entry.height, event)
    return entry.value
  }

  /// Counts values and bytes of texts as if each alias were written out.
  private mutating func count(_ values: Int, _ event: YAMLEvents.Event) throws(TextSyntaxError) {
    guard values <= sizeLimit - size else {
      throw error(event, "its aliases repeat too much: more than \(sizeLimit) values and bytes")
    }
    size += values
  }

  private mutating func sequence(_ start: YAMLEvents.Event) throws(TextSyntaxError) -> JSONValue {
    let kind = try tag(of: start, among: ["seq", "python/tuple", "python/list"], orListOf: true)
    try enter(start)
    defer { depth -= 1 }
    var elements: [JSONValue] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { break }
      elements.append(try value(of: event))
    }
    guard kind == .wrapped else { return .array(elements) }
    // The one argument of the class is what it wraps.
    guard elements.count == 1, case .array = elements[0] else {
      throw error(start, "expected a list in the list of arguments")
    }
    return elements[0]
  }

  private mutating func mapping(_ start: YAMLEvents.Event) throws(TextSyntaxError) -> JSONObject {
    _ = try tag(of: start, among: ["map", "python/dict"])
    try enter(start)
    defer { depth -= 1 }
    var members: [JSONObject.Member] = []
    var indexByKey: [String: Int] = [:]
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { return JSONObject(members) }
      guard case .scalar(let key, let isPlain) = event.kind else {
        throw error(event, "expected a name as a key")
      }
      if isPlain, key == "<<" { throw error(event, "merged mappings (`<<`) are not read") }
      try count(key.utf8.count, event)
      if let anchor = event.anchor { anchored[anchor] = Anchored(value: .string(key), size: key.utf8.count) }
      let value = try value(of: try events.next())
      if let index = indexByKey[key] {
        members[index].value = value
      } else {
        indexByKey[key] = members.count
        members.append(JSONObject.Member(key: key, value: value))
      }
    }
  }

  private func scalar(
    _ text: String, isPlain: Bool, _ event: YAMLEvents.Event
  ) throws(TextSyntaxError) -> JSONValue {
    guard let tag = event.tag, tag != "!" else {
      guard isPlain else { return .string(text) }
      guard let value = YAMLScalar.value(text) else {
        throw error(event, "expected a number in base 10, without signs between its digits")
      }
      return value
    }
    switch tag.hasPrefix(Self.prefix) ? tag.dropFirst(Self.prefix.count) : "" {
    case "str", "python/str", "python/unicode": return .string(text)
    case "int", "python/int", "python/long":
      if let value = YAMLScalar.number(text), value.isWhole { return value }
      throw error(event, "expected a whole number")
    case "float", "python/float":
      guard let value = YAMLScalar.number(text), let double = value.doubleValue else {
        throw error(event, "expected a number")
      }
      return value.isWhole ? JSONValue(double) : value
    case "bool", "null", "python/bool", "python/none":
      switch YAMLScalar.value(text) {
      case .bool(let value): return .bool(value)
      case .null: return .null
      default: throw error(event, "expected a boolean or null")
      }
    default: throw unknown(tag, event)
    }
  }

  // MARK: Tags

  private static let prefix = "tag:yaml.org,2002:"

  private enum Tag { case plain, wrapped }

  /// What the tag of a collection says.
  ///
  /// - Parameters:
  ///   - event: the beginning of the collection.
  ///   - names: the tags that say nothing else than that it is one.
  ///   - orListOf: whether it may be what tf.keras made of lists, which has the list as its argument.
  /// - Returns: whether the collection itself is meant, or what it wraps.
  /// - Throws: another tag.
  private func tag(
    of event: YAMLEvents.Event, among names: [String], orListOf: Bool = false
  ) throws(TextSyntaxError) -> Tag {
    guard let tag = event.tag, tag != "!" else { return .plain }
    if tag.hasPrefix(Self.prefix), names.contains(String(tag.dropFirst(Self.prefix.count))) { return .plain }
    if orListOf, tag.hasPrefix("\(Self.prefix)python/object/apply:tensorflow."), tag.hasSuffix(".ListWrapper")
    {
      return .wrapped
    }
    throw unknown(tag, event)
  }

  private func unknown(_ tag: String, _ event: YAMLEvents.Event) -> TextSyntaxError {
    let name = tag.hasPrefix(Self.prefix) ? "!!\(tag.dropFirst(Self.prefix.count))" : tag
    return error(event, "expected plain values; \(Self.clipped(name)) is no value of JSON")
  }

  /// The beginning of a name, which may be of any length.
  private static func clipped(_ name: String) -> String { String(name.unicodeScalars.prefix(80)) }

  private mutating func enter(_ event: YAMLEvents.Event) throws(TextSyntaxError) {
    try reach(1, event)
    depth += 1
  }

  /// Notes so many levels below this one.
  private mutating func reach(_ levels: Int, _ event: YAMLEvents.Event) throws(TextSyntaxError) {
    guard levels <= Self.depthLimit - depth else {
      throw error(event, "nested deeper than \(Self.depthLimit) levels")
    }
    deepest = max(deepest, depth + levels)
  }

  private func error(_ event: YAMLEvents.Event, _ reason: String) -> TextSyntaxError {
    TextSyntaxError(position: event.position, reason: reason)
  }
}

extension JSONValue {
  /// Whether it is a number without a dot and an exponent.
  fileprivate var isWhole: Bool {
    guard case .number(let number) = self else { return false }
    return number.spelling.utf8.allSatisfy { "-0123456789".utf8.contains($0) }
  }
}
