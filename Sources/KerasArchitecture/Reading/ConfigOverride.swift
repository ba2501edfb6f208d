package import OrderedJSON
import Tensors

/// A change to the configurations of some layers, made before an architecture is read: `conv*.kernel_initializer=he_normal`.
package struct ConfigOverride: Sendable, Hashable {
  package let pattern: String
  package let field: String
  package let value: JSONValue

  /// - Parameter text: a pattern of layer names, the field after the last dot before `=`, and the value: JSON, or else a
  ///   string.
  /// - Throws: what is wrong with it.
  package init(_ text: String) throws(ConfigOverrideError) {
    guard let equals = text.firstIndex(of: "="), let dot = text[..<equals].lastIndex(of: "."),
      dot > text.startIndex, text.index(after: dot) < equals
    else {
      throw ConfigOverrideError(
        "expected LAYER.FIELD=VALUE, such as conv*.kernel_initializer=he_normal; found \(text)")
    }
    pattern = String(text[..<dot])
    field = String(text[text.index(after: dot)..<equals])
    let spelling = String(text[text.index(after: equals)...])
    value = (try? JSONParser.parse(spelling)) ?? .string(spelling)
    guard FieldNames.known.contains(field) || Keras1Dialect.fields.contains(field) else {
      let hint = Spelling.nearest(to: field, in: FieldNames.all).map { "; did you mean `\($0)`?" } ?? ""
      throw ConfigOverrideError("no layer of Keras takes `\(field.clipped)`\(hint)")
    }
  }

  /// The document with the field changed in every layer whose name matches and which has the field; a name without
  /// wildcards gives its layer the field if it has none.
  package func applied(to document: JSONValue) throws(ConfigOverrideError) -> JSONValue {
    var count = 0
    let result = changed(document, &count)
    guard count > 0 else {
      throw ConfigOverrideError(
        "no layer called \(pattern) has the field `\(field)`; a layer's whole name gives it one")
    }
    return result
  }

  private func changed(_ value: JSONValue, _ count: inout Int) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { changed($0, &count) })
    case .object(let object):
      var result = JSONObject(object.members.map { .init(key: $0.key, value: changed($0.value, &count)) })
      guard object["class_name"] != nil, var config = result["config"]?.objectValue,
        let name = (config["name"] ?? object["name"])?.stringValue, Glob.matches(name, pattern),
        config[field] != nil || name == pattern
      else { return .object(result) }
      config[field] = self.value
      result["config"] = .object(config)
      count += 1
      return .object(result)
    default: return value
    }
  }
}

/// What is wrong with an override.
package struct ConfigOverrideError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Patterns of names, as shells have them: `*` any run of characters, `?` any one, `[a-c]` one of these.
package enum Glob {
  package static func matches(_ name: String, _ pattern: String) -> Bool {
    matches(Array(name)[...], Array(pattern)[...])
  }

  private static func matches(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    // Where the last star is, and how much of the name it has swallowed: only the last one ever has to be tried again.
    var (rest, places) = (name, pattern)
    var retry: (name: ArraySlice<Character>, pattern: ArraySlice<Character>)?
    while true {
      if places.first == "*" {
        places = places.dropFirst()
        retry = (rest, places)
        continue
      }
      if rest.isEmpty, places.isEmpty { return true }
      if let character = rest.first, let after = match(character, places) {
        (rest, places) = (rest.dropFirst(), after)
        continue
      }
      guard let last = retry, !last.name.isEmpty else { return false }
      retry = (last.name.dropFirst(), last.pattern)
      (rest, places) = (last.name.dropFirst(), last.pattern)
    }
  }

  /// What is left of a pattern after its first element matched a character; `nil` if it did not.
  private static func match(_ character: Character, _ pattern: ArraySlice<Character>) -> ArraySlice<
    Character
  >? {
    guard let first = pattern.first else { return nil }
    if first == "[", let end = pattern.dropFirst(2).firstIndex(of: "]") {
      var members = pattern[(pattern.startIndex + 1)..<end]
      let isNegated = members.first == "!" || members.first == "^"
      if isNegated { members = members.dropFirst() }
      let all = Array(members)
      var isMember = false
      var index = 0
      while index < all.count {
        if index + 2 < all.count, all[index + 1] == "-" {
          if all[index] <= character, character <= all[index + 2] { isMember = true }
          index += 3
        } else {
          if all[index] == character { isMember = true }
          index += 1
        }
      }
      return isMember != isNegated ? pattern[(end + 1)...] : nil
    }
    return first == "?" || first == character ? pattern.dropFirst() : nil
  }
}
