package import OrderedJSON
package import Text

/// A change to the configurations of layers, made before an architecture is read:
/// `conv*.kernel_initializer=he_normal`.
package struct ConfigOverride: Sendable, Hashable {
  package let pattern: LayerPattern
  package let field: String
  package let value: JSONValue

  /// Parses an override.
  ///
  /// - Parameter text: a pattern of layers (`LayerPattern`), the field after the last dot before `=`, and the
  ///   value: JSON, or else a string.
  /// - Throws: if it has another form or names a field that no layer has.
  package init(_ text: String) throws(ConfigOverrideError) {
    guard let equals = text.firstIndex(of: "="), let dot = text[..<equals].lastIndex(of: "."),
      dot > text.startIndex, text.index(after: dot) < equals
    else {
      throw ConfigOverrideError(
        "expected LAYER.FIELD=VALUE, such as conv*.kernel_initializer=he_normal; found \(text)")
    }
    pattern = LayerPattern(String(text[..<dot]))
    field = String(text[text.index(after: dot)..<equals])
    let spelling = String(text[text.index(after: equals)...])
    value = (try? JSONParser.parse(spelling)) ?? .string(spelling)
    guard FieldNames.set.contains(field) || Keras1Dialect.fields.contains(field) else {
      let hint = NearestSpelling.hint(for: field, in: FieldNames.all)
      throw ConfigOverrideError("no layer of Keras has the field `\(field.clipped)`\(hint)")
    }
  }

  /// Changes the field in every layer that matches and has it. A name without wildcards also adds the field
  /// to its layer.
  ///
  /// - Parameter document: the model's.
  /// - Returns: the document, and the names of the layers that were changed.
  /// - Throws: if there are none.
  package func applied(
    to document: JSONValue
  ) throws(ConfigOverrideError) -> (document: JSONValue, layers: [String]) {
    var layers: [String] = []
    let result = changed(document, &layers)
    guard !layers.isEmpty else {
      throw ConfigOverrideError(
        "no layer called \(pattern) has the field `\(field)`; to add it to a layer, give the layer's whole "
          + "name"
      )
    }
    return (result, layers)
  }

  private func changed(_ value: JSONValue, _ layers: inout [String]) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { changed($0, &layers) })
    case .object(let object):
      var result = JSONObject(object.members.map { .init(key: $0.key, value: changed($0.value, &layers)) })
      guard let className = object["class_name"]?.stringValue, var config = result["config"]?.objectValue,
        let name = (config["name"] ?? object["name"])?.stringValue,
        pattern.matches(names: [name], classes: [className, PythonNames.pythonClass(className)]),
        config[field] != nil || pattern.isName(name)
      else { return .object(result) }
      config[field] = self.value
      result["config"] = .object(config)
      layers.append(name)
      return .object(result)
    default: return value
    }
  }
}
