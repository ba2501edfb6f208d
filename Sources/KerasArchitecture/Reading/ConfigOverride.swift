package import OrderedJSON
import Text

/// A change to the configurations of layers, made before an architecture is read:
/// `conv*.kernel_initializer=he_normal`.
package struct ConfigOverride: Sendable, Hashable {
  package let pattern: String
  package let field: String
  package let value: JSONValue

  /// Parses an override.
  ///
  /// - Parameter text: a pattern of layer names, the field after the last dot before `=`, and the value:
  ///   JSON, or else a string.
  /// - Throws: if it has another form or names a field that no layer has.
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
    guard FieldNames.set.contains(field) || Keras1Dialect.fields.contains(field) else {
      let hint = NearestSpelling.hint(for: field, in: FieldNames.all)
      throw ConfigOverrideError("no layer of Keras has the field `\(field.clipped)`\(hint)")
    }
  }

  /// Returns the document with the field changed in every layer whose name matches and which has the field. A
  /// name without wildcards also adds the field to its layer.
  package func applied(to document: JSONValue) throws(ConfigOverrideError) -> JSONValue {
    var count = 0
    let result = changed(document, &count)
    guard count > 0 else {
      throw ConfigOverrideError(
        "no layer called \(pattern) has the field `\(field)`; to add it to a layer, give the layer's whole "
          + "name"
      )
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
