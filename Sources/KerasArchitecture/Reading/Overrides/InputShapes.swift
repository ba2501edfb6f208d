import OrderedJSON
import Text

/// Shapes of inputs on their way into a document: each where Keras looks for it.
///
/// Keras 2.2 and tf.keras 1.14 left the shape out of the description of a Sequential that was built later.
struct InputShapes {
  private let given: [InputShape]
  private let generation: KerasGeneration
  /// The names of the model's inputs, each with what else it goes by.
  private var inputs: [[String]] = []
  private var used: Set<InputShape> = []
  private var failure: ConfigOverrideError?

  /// The document with shapes for its inputs.
  ///
  /// - Parameters:
  ///   - given: the shapes.
  ///   - document: a model of Keras 1, 2 or 3, or the short form.
  ///   - generation: whose model it is.
  /// - Returns: the document with a shape for each input that one is given for.
  /// - Throws: an input that the model does not have, or that has another shape already.
  static func applied(
    _ given: [InputShape], to document: JSONValue, _ generation: KerasGeneration
  ) throws(ConfigOverrideError) -> JSONValue {
    if given.isEmpty { return document }
    var survey = InputShapes(given: given, generation: generation)
    _ = survey.model(document) { _ in nil }
    let count = survey.inputs.count
    var change = InputShapes(given: given, generation: generation)
    let result = change.model(document) { input in
      given.first { $0.input.map(input.names.contains) ?? (count == 1) }
    }
    if let failure = change.failure { throw failure }
    if let unused = given.first(where: { !change.used.contains($0) }) {
      throw survey.unknown(unused)
    }
    return result
  }

  private init(given: [InputShape], generation: KerasGeneration) {
    self.given = given
    self.generation = generation
  }

  private func unknown(_ shape: InputShape) -> ConfigOverrideError {
    let names = inputs.compactMap(\.first).map { "\"\($0.clipped)\"" }.joined(separator: ", ")
    let isKnown = shape.input.map { name in inputs.contains { $0.contains(name) } } ?? (inputs.count == 1)
    if isKnown { return ConfigOverrideError("\(shape.text): another shape is given for the same input") }
    if inputs.isEmpty {
      return ConfigOverrideError("\(shape.text): the description has no place for the shape of an input")
    }
    return ConfigOverrideError(
      shape.input == nil
        ? "\(shape.text): the model has several inputs, and each shape needs the name of one: \(names)"
        : "\(shape.text): the model has no input of that name; it has \(names)")
  }

  /// A place for a shape.
  private struct Place {
    let names: [String]
    /// What is there, with the batch axis.
    let declared: PartialShape?
  }

  private typealias Choice = (Place) -> InputShape?

  /// The shape for a place; `nil` if none is given.
  private mutating func shape(_ place: Place, _ choice: Choice) -> PartialShape? {
    inputs.append(place.names)
    guard let chosen = choice(place) else { return nil }
    used.insert(chosen)
    guard let declared = place.declared else { return chosen.shape }
    let isSame = zip(declared.dimensions, chosen.shape.dimensions).dropFirst().allSatisfy { one, other in
      one == nil || other == nil || one == other
    }
    guard declared.rank == chosen.shape.rank, isSame else {
      failure = ConfigOverrideError(
        "\(chosen.text): the input \"\(place.names.first?.clipped ?? "")\" has the shape \(declared)")
      return nil
    }
    return declared.completed(by: chosen.shape)
  }

  private mutating func model(_ value: JSONValue, _ choice: Choice) -> JSONValue {
    guard var object = value.objectValue else { return value }
    if ShortForm.matches(value) {
      let declared =
        PartialShape(json: object["batch_shape"] ?? object["batch_input_shape"])
        ?? PartialShape(json: object["input_shape"]).map { PartialShape([nil] + $0.dimensions) }
      let name = object["name"]?.stringValue ?? "sequential"
      guard let shape = shape(Place(names: [name], declared: declared), choice) else { return value }
      for key in ["batch_shape", "batch_input_shape", "input_shape"] { object[key] = nil }
      object["batch_shape"] = shape.json
      return .object(object)
    }
    guard let config = object["config"] else { return value }
    switch object["class_name"] {
    case "Sequential": object["config"] = sequence(config, choice)
    case "Functional", "Model", "Graph": object["config"] = graph(config, choice)
    case "Merge": object["config"] = branches(config, choice)
    default: break
    }
    return .object(object)
  }

  private mutating func sequence(_ config: JSONValue, _ choice: Choice) -> JSONValue {
    var members = config.objectValue
    guard var layers = config["layers"]?.arrayValue ?? config.arrayValue, let first = layers.first else {
      return config
    }
    switch first["class_name"]?.stringValue {
    case "InputLayer"?: layers[0] = inputLayer(first, choice)
    case "Sequential"? where !generation.isKeras3, "Functional"?, "Model"?, "Merge"?:
      layers[0] = model(first, choice)
    default:
      let inner = first["config"]
      let name = inner?["name"]?.stringValue ?? first["name"]?.stringValue
      let names = [name, name.map { "\($0)_input" }, members?["name"]?.stringValue].compactMap(\.self)
      let declared =
        PartialShape(json: inner?["batch_input_shape"] ?? inner?["batch_shape"])
        ?? PartialShape(json: inner?["input_shape"]).map { PartialShape([nil] + $0.dimensions) }
        ?? PartialShape(json: config["build_input_shape"])
      guard let shape = shape(Place(names: names, declared: declared), choice) else { return config }
      if generation.isKeras3 {
        members?["build_input_shape"] = shape.json
      } else if var object = first.objectValue, var inner = inner?.objectValue {
        inner["batch_input_shape"] = shape.json
        object["config"] = .object(inner)
        layers[0] = .object(object)
      }
    }
    guard var members else { return .array(layers) }
    members["layers"] = .array(layers)
    return .object(members)
  }

  /// The layers of a graph that are its inputs.
  private mutating func graph(_ config: JSONValue, _ choice: Choice) -> JSONValue {
    guard var object = config.objectValue, var layers = object["layers"]?.arrayValue else { return config }
    let names = Set(Self.strings(in: object["input_layers"]))
    for index in layers.indices where layers[index]["class_name"] == "InputLayer" {
      let name = (layers[index]["config"]?["name"] ?? layers[index]["name"])?.stringValue ?? ""
      if names.contains(name) { layers[index] = inputLayer(layers[index], choice) }
    }
    object["layers"] = .array(layers)
    return .object(object)
  }

  /// The models that a layer of Keras 1 merges.
  private mutating func branches(_ config: JSONValue, _ choice: Choice) -> JSONValue {
    guard var object = config.objectValue, let layers = object["layers"]?.arrayValue else { return config }
    var changed: [JSONValue] = []
    for layer in layers { changed.append(model(layer, choice)) }
    object["layers"] = .array(changed)
    return .object(object)
  }

  private mutating func inputLayer(_ layer: JSONValue, _ choice: Choice) -> JSONValue {
    guard var object = layer.objectValue, var config = object["config"]?.objectValue else { return layer }
    let key = ["batch_shape", "batch_input_shape"].first { config[$0] != nil }
    let name = (config["name"] ?? object["name"])?.stringValue ?? "input_layer"
    let declared = key.flatMap { PartialShape(json: config[$0]) }
    guard let shape = shape(Place(names: [name], declared: declared), choice) else { return layer }
    config[key ?? (generation.isKeras3 ? "batch_shape" : "batch_input_shape")] = shape.json
    object["config"] = .object(config)
    return .object(object)
  }

  private static func strings(in value: JSONValue?) -> [String] {
    switch value {
    case .string(let text)?: [text]
    case .array(let elements)?: elements.flatMap(strings)
    case .object(let object)?: object.members.flatMap { strings(in: $0.value) }
    default: []
    }
  }
}
