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
  /// to its layer, unless that holds layers, which have fields of their own. A layer in another one goes by
  /// its name or by its path, and is left out with what it is in.
  ///
  /// - Parameter document: the model's.
  /// - Returns: the document, and the names of the layers that were changed.
  /// - Throws: if there are none.
  package func applied(
    to document: JSONValue
  ) throws(ConfigOverrideError) -> (document: JSONValue, layers: [String]) {
    var layers: [String] = []
    var unused = pattern.exclusions
    let result = changed(document, in: document["class_name"] == nil ? [] : nil, &layers, &unused)
    if let first = unused.min() {
      throw ConfigOverrideError("no layer is called \(first.dropFirst()), which \(pattern) leaves out")
    }
    guard !layers.isEmpty else {
      throw ConfigOverrideError(
        "no layer called \(pattern) has the field `\(field)`; to add it to a layer that holds no others, "
          + "give the whole name"
      )
    }
    return (result, layers)
  }

  /// A value with the field changed in it.
  ///
  /// - Parameters:
  ///   - value: a part of the document.
  ///   - around: the names and paths of the layers that it is in; `nil` outside of the model.
  ///   - layers: the names of the layers that were changed, to which those in it are added.
  ///   - unused: what the pattern leaves out and no layer is called so far.
  /// - Returns: the value.
  private func changed(
    _ value: JSONValue, in around: [String]?, _ layers: inout [String], _ unused: inout Set<String>
  ) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { changed($0, in: around, &layers, &unused) })
    case .object(let object):
      let className = object["class_name"]?.stringValue
      let name = (object["config"]?["name"] ?? object["name"])?.stringValue
      let path = name.map { name in (around?.last).map { "\($0)/\(name)" } ?? name }
      var inner = around
      if className != nil {
        // What the model itself is called is no part of paths.
        inner = around.map { [$0, [name, path].compactMap(\.self)].flatMap(\.self) } ?? []
      }
      var result = JSONObject(
        object.members.map { .init(key: $0.key, value: changed($0.value, in: inner, &layers, &unused)) })
      guard let className, let name, let path else { return .object(result) }
      let classes = [className, PythonNames.pythonClass(className)]
      unused.subtract(pattern.exclusions(names: [name, path], classes: classes))
      guard var config = result["config"]?.objectValue,
        pattern.matches(names: [name, path], classes: classes, around: around ?? []),
        config[field] != nil || !holdsLayers(config) && (pattern.isName(name) || pattern.isName(path))
      else { return .object(result) }
      config[field] = self.value
      result["config"] = .object(config)
      layers.append(name)
      return .object(result)
    default: return value
    }
  }

  private func holdsLayers(_ config: JSONObject) -> Bool {
    ["layers", "layer", "cell", "cells", "forward_layer"].contains { config[$0] != nil }
  }
}
