import OrderedJSON

/// The `.keras` archive of Keras 3: a ZIP file of stored members.
///
/// ```
/// model.weights.h5   the tree of objects
/// metadata.json      keras_version, date_saved
/// config.json        the model's description
/// ```
///
/// Keras reads members by name. Where there is a fourth it looks for the vocabularies of look-up layers too:
/// there are `assets/…` if there were some before, and nothing else. The date is that of ZIP's own beginning,
/// so that the same model is always the same file.
package enum KerasArchiveLayout: ContainerFormat {
  package static let name = "keras"

  package static func matches(_ fileName: String) -> Bool { fileName.hasSuffix(".keras") }

  package static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout {
    guard let config = contents.modelConfig else {
      throw LayoutError(
        "a .keras archive needs the model's architecture; without one, weights alone can be written",
        needsArchitecture: true)
    }
    if let obstacle = contents.archiveObstacle { throw obstacle }
    let metadata: JSONValue = [
      "keras_version": .string(contents.kerasVersion), "date_saved": "1980-01-01@00:00:00",
    ]
    return ContainerLayout(files: [
      FileLayout(
        name: nil,
        body: .archive(
          member: "model.weights.h5", try WeightsH5Layout.root(of: contents),
          others: [
            .init(name: "metadata.json", text: metadata.pythonText()),
            .init(name: "config.json", text: compiled(config, contents).pythonText()),
          ] + contents.assets))
    ])
  }

  /// The description with how the model was compiled.
  private static func compiled(_ config: JSONValue, _ contents: ContainerContents) -> JSONValue {
    let config = withModule(config, contents.kerasVersion)
    guard let training = contents.training, var object = config.objectValue else { return config }
    object["compile_config"] = .object(training)
    return .object(object)
  }

  /// The description with the module of its class, which Keras looks for in an archive and leaves out of
  /// `.h5` files.
  private static func withModule(_ config: JSONValue, _ kerasVersion: String) -> JSONValue {
    guard let object = config.objectValue, object["module"] == nil,
      let className = object["class_name"]?.stringValue
    else { return config }
    let isFunctional = className == "Functional"
    var members = object.members
    if kerasVersion.hasPrefix("3.") {
      members = members.map { .init(key: $0.key, value: withModulesOfLayers($0.value)) }
    }
    members.insert(
      .init(key: "module", value: isFunctional ? .string(functionalModule(kerasVersion)) : "keras"), at: 0)
    members.append(.init(key: "registered_name", value: isFunctional ? "Functional" : .null))
    return .object(JSONObject(members))
  }

  /// The classes of which Keras 3 reads a description without its module otherwise than it wrote it: a word
  /// becomes a function, and a list of axes no list.
  private static let misread: Set<String> = [
    "AdditiveAttention", "Attention", "BatchNormalization", "LayerNormalization", "Normalization",
    "RMSNormalization", "Softmax", "UnitNormalization",
  ]

  private static func withModulesOfLayers(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map(withModulesOfLayers))
    case .object(let object):
      var members = object.members.map {
        JSONObject.Member(key: $0.key, value: withModulesOfLayers($0.value))
      }
      if let className = object["class_name"]?.stringValue, misread.contains(className),
        object["config"] != nil,
        object["module"] == nil
      {
        members.insert(.init(key: "module", value: "keras.layers"), at: 0)
        members.append(.init(key: "registered_name", value: .null))
      }
      return .object(JSONObject(members))
    default: return value
    }
  }

  /// Where a version of Keras has the class of functional models; since 2.16 that Keras is a package of its
  /// own.
  private static func functionalModule(_ kerasVersion: String) -> String {
    let numbers = kerasVersion.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
    guard numbers.first == 2, numbers.count == 2 else { return "keras.src.models.functional" }
    return numbers[1] >= 16 ? "tf_keras.src.engine.functional" : "keras.src.engine.functional"
  }
}
