import OrderedJSON

/// What a document of Keras 3 records of the shapes for which its layers were built.
enum BuildConfigs {
  /// A document without the records of Keras's own layers inside models, which are built anew when they are
  /// called; layers of other classes may need theirs.
  static func removed(from document: JSONValue) -> JSONValue { removed(from: document, isInner: false) }

  private static func removed(from value: JSONValue, isInner: Bool) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { removed(from: $0, isInner: isInner) })
    case .object(let object):
      let isOwn = object["registered_name"]?.stringValue == nil && object["class_name"] != nil
      let isModel = object["config"]?["layers"] != nil
      var result = JSONObject(
        object.members.map { member in
          .init(
            key: member.key, value: removed(from: member.value, isInner: isInner || member.key == "layers"))
        })
      if isInner, isOwn, !isModel { result["build_config"] = nil }
      return .object(result)
    default: return value
    }
  }
}
