/// Changes values of a JSON text and leaves every other byte as it is.
package struct JSONEditor: Sendable {
  /// A member of an object and the value that it gets; where the object has no such key, it becomes the last
  /// one.
  package struct Edit: Sendable, Hashable {
    package let object: JSONPointer
    package let key: String
    package let value: JSONValue

    package init(_ object: JSONPointer, _ key: String, _ value: JSONValue) {
      (self.object, self.key, self.value) = (object, key, value)
    }
  }

  private let bytes: [UInt8]
  /// Whether a blank follows colons, as in the texts of Python's `json`.
  private let isSpaced: Bool
  /// What an inner line is indented by.
  private let step: String
  /// How lines end.
  private let lineEnd: String

  /// - Parameter bytes: a JSON text in UTF-8.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    isSpaced =
      zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: ":") && Self.isSpace($1) }
      || !bytes.contains(UInt8(ascii: ":"))
    let indented = bytes.split(separator: UInt8(ascii: "\n")).lazy.map(Self.indentation).first { !$0.isEmpty }
    step = indented ?? "  "
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
    lineEnd = end > 0 && bytes[end - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n"
  }

  /// The text with these edits, of which no two may be about one member or about one inside another.
  ///
  /// - Returns: `nil` if the text has not one of the objects.
  package func applying(_ edits: [Edit]) -> [UInt8]? {
    let ranges = JSONParser.ranges(of: edits.flatMap { [$0.object, $0.object[$0.key]] }, in: bytes)
    var changes: [(range: Range<Int>, text: String)] = []
    for edit in edits {
      guard let object = ranges[edit.object], bytes[object.lowerBound] == UInt8(ascii: "{") else {
        return nil
      }
      if let value = ranges[edit.object[edit.key]] {
        changes.append((value, text(edit.value, replacing: value)))
      } else {
        changes.append(insertion(of: edit, into: object))
      }
    }
    // Members that are added to one object stand in the order of the edits.
    changes = changes.enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }.map(\.element)
    var result: [UInt8] = []
    var end = 0
    for (range, text) in changes {
      guard range.lowerBound >= end else { return nil }
      result += bytes[end..<range.lowerBound]
      result += text.utf8
      end = range.upperBound
    }
    return result + bytes[end...]
  }

  // MARK: - Style

  /// A value in the place of another one, broken into lines if that one, or what it stands in, is.
  private func text(_ value: JSONValue, replacing range: Range<Int>) -> String {
    let isBroken = bytes[range].contains(UInt8(ascii: "\n"))
    // A name in an object of one line for each field becomes an object of lines.
    let isObject = bytes[range.lowerBound] == UInt8(ascii: "{")
    let wantsLines = isBroken || (!isObject && isFirstOfLine(before: range.lowerBound))
    return spelled(value, indentation: wantsLines ? indentation(ofLineWith: range.lowerBound) : nil)
  }

  private func insertion(of edit: Edit, into object: Range<Int>) -> (Range<Int>, String) {
    let close = object.upperBound - 1
    var end = close
    while end > object.lowerBound + 1, Self.isSpace(bytes[end - 1]) { end -= 1 }
    let isEmpty = end == object.lowerBound + 1
    let isBroken = bytes[end..<close].contains(UInt8(ascii: "\n"))
    let own = isBroken ? indentation(ofLineWith: end - 1) : nil
    let separator = isEmpty ? "" : own == nil ? (isSpaced ? ", " : ",") : ","
    let line = own.map { lineEnd + $0 } ?? ""
    let key = JSONValue.string(edit.key).pythonText() + (isSpaced ? ": " : ":")
    return (end..<end, separator + line + key + spelled(edit.value, indentation: own))
  }

  private func spelled(_ value: JSONValue, indentation: String?) -> String {
    guard let indentation else { return value.text(isSpaced: isSpaced) }
    let lines = value.prettyText(indent: 1).split(separator: "\n").map { (line: Substring) -> String in
      let text = line.drop { $0 == " " }
      return String(repeating: step, count: line.count - text.count) + text
    }
    return lines.joined(separator: lineEnd + indentation)
  }

  /// Whether a member's value stands on a line that begins with its key.
  private func isFirstOfLine(before offset: Int) -> Bool {
    let line = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    guard let line else { return false }
    let text = bytes[line..<offset].drop(while: Self.isSpace)
    // One key and its colon.
    return text.first == UInt8(ascii: "\"") && text.count { $0 == UInt8(ascii: "\"") } == 2
  }

  private func indentation(ofLineWith offset: Int) -> String {
    let line = (bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    return Self.indentation(bytes[line...])
  }

  private static func indentation(_ line: ArraySlice<UInt8>) -> String {
    String(decoding: line.prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
