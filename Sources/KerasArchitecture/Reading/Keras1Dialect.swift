import OrderedJSON

/// The dialect of Keras 1: fields and some classes have other names, and some initializers have other
/// meanings. The reference is its source code of version 1.2.2.
struct Keras1Dialect: Dialect {
  /// The `dim_ordering` of layers that do not store theirs (paddings, croppings, up-samplings): the first one
  /// that another layer stores.
  let dimOrdering: String

  init(_ document: JSONValue, _ generation: KerasGeneration) {
    dimOrdering = Self.firstDimOrdering(document) ?? (generation.isAtLeast(1, 1) ? "tf" : "th")
  }

  private static func firstDimOrdering(_ value: JSONValue) -> String? {
    if let object = value.objectValue {
      if let word = object["dim_ordering"]?.stringValue, word != "default" { return word }
      for member in object.members {
        if let found = firstDimOrdering(member.value) { return found }
      }
    }
    for element in value.arrayValue ?? [] {
      if let found = firstDimOrdering(element) { return found }
    }
    return nil
  }

  func variableName(_ name: String) -> String { KerasGeneration.keras1Name(ofWeight: name) }

  /// The rule for `"th"`, which layers get that do not pass their `dim_ordering` to the initializer.
  func fanRule(rank: Int) -> FanRule {
    switch rank {
    case 2: .byRank
    case 4, 5: KernelLayout.filtersFirst.fanRule(spatialRank: rank - 2)
    default: .squareRoot
    }
  }

  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> LayerTranslation {
    var translation = LayerTranslation(
      className: Self.classNames[className] ?? className, config: JSONObject())
    let names = Self.fieldNames.merging(Self.fieldNamesByClass[className] ?? [:]) { $1 }
    for member in config.members {
      let name = names[member.key] ?? member.key
      translation.config[name] = value(member.value, of: name)
      if name != member.key { translation.spelling[name] = member.key }
    }
    if className.contains("1D") {
      // In one dimension there were no channels first.
      translation.config["data_format"] = "channels_last"
    } else if translation.config["data_format"] == nil {
      translation.config["data_format"] = value(.string(dimOrdering), of: "data_format")
    }
    joinSizes(config, &translation)
    switch className {
    case "Merge": try translateMerge(config, place, &translation)
    case "SeparableConvolution2D":
      translation.config["pointwise_initializer"] = translation.config["depthwise_initializer"]
      translation.spelling["pointwise_initializer"] = translation.spelling["depthwise_initializer"]
    case "TimeDistributed": freezeInner(&translation)
    case "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D": translatePadding(&translation)
    default: break
    }
    return translation
  }
}
