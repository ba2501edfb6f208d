import OrderedJSON
import SignalGraph
import Tensors

/// `Bidirectional`: a recurrent layer, and a second one that reads the sequence backwards.
struct Bidirectional: LayerKind {
  static let classNames = ["Bidirectional"]

  private enum Merge: String, CaseIterable { case concat, sum, mul, ave }

  private let forward: Layer
  private let backward: Layer
  /// The way the two outputs are merged; `nil` if they are not.
  private let merge: Merge?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let layer = config["layer"] else { throw config.error("layer", expected: "a recurrent layer") }
    if config.generation.isKeras3 {
      // Keras 3 makes the layer once and discards it, then the backward layer if there is one, then the
      // forward layer from the same description. Each takes seeds.
      _ = try config.layer("layer")
    }
    let given = config["backward_layer"]
    let givenBackward = given == nil ? nil : try config.layer("backward_layer")
    forward = try Self.make(layer, prefix: "forward_", config, key: "layer")
    if let givenBackward {
      backward = givenBackward
    } else {
      backward = try Self.make(layer, prefix: "backward_", config, key: "layer")
    }
    let modes = Merge.allCases.map(\.rawValue)
    let mode =
      config.object["merge_mode"]?.isNull == true
      ? nil : try config.choice("merge_mode", default: "concat", of: modes)
    merge = mode.flatMap(Merge.init(rawValue:))
  }

  /// Makes a copy of the wrapped layer under the name that Keras gives it.
  private static func make(
    _ value: JSONValue, prefix: String, _ config: LayerConfig, key: String
  ) throws(ArchitectureError) -> Layer {
    var layer = value.objectValue ?? JSONObject()
    var inner = layer["config"]?.objectValue ?? JSONObject()
    let name = inner["name"]?.stringValue ?? PythonNames.snakeCase(layer["class_name"]?.stringValue ?? "")
    if !name.hasPrefix(prefix) {
      let stem = name.hasPrefix("forward_") ? String(name.dropFirst("forward_".count)) : name
      inner["name"] = .string(prefix + stem)
      layer["config"] = .object(inner)
      layer["name"] = nil
    }
    return try config.context.factory.makeLayer(.object(layer), at: config.pointer(to: key))
  }

  var children: [LayerChildren] {
    [LayerChildren("forward_layer", forward), LayerChildren("backward_layer", backward)]
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let input = try call.input(minimumRank: 3)
    try forward.build(call.forwarded(to: forward, input))
    try backward.build(call.forwarded(to: backward, input))
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    let ahead = try forward.call(call.forwarded(to: forward, input))
    let back = try backward.call(call.forwarded(to: backward, input))
    let states = Array(ahead.dropFirst() + back.dropFirst())
    switch merge {
    case nil: return [ahead[0], back[0]] + states
    case .concat?:
      if ahead[0].isUnknown || back[0].isUnknown { return [.unknown] + states }
      let steps = ahead[0].dimensions.dropLast()
      // A cell of somebody's own does not tell.
      guard let one = ahead[0].last, let other = back[0].last else {
        return [PartialShape(steps + [nil])] + states
      }
      guard let size = CheckedSize.sum([one, other]) else {
        throw call.error("the wrapped layers' outputs are too large to be concatenated")
      }
      return [PartialShape(steps + [size])] + states
    case .sum?, .mul?, .ave?: return [ahead[0]] + states
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    let directions = [forward, backward].map { direction in
      direction.kind.signal(call.forwarded(to: direction, (try? call.input) ?? []), direction)
    }
    if case (.recurrence(let ahead)?, .recurrence(let back)?, .concat) = (
      directions[0].first, directions[1].first, merge
    ) {
      return [.recurrence(ahead.mirrored(by: back))]
    }
    return [.opaque(kernels: directions.flatMap { $0.flatMap(\.kernels) })]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    // The document has the layer's own name, from which Keras makes those of the two directions.
    let given = form.config["layer"]
    let name = given?["config"]?["name"]?.stringValue ?? given?["name"]?.stringValue
    form.config["layer"] = upgrader.inner(forward, of: form, name: name)
    let isGiven = form.config["backward_layer"].map { !$0.isNull } ?? false
    let isReversed = given?["config"]?["go_backwards"] == true
    guard isGiven || isReversed else { return }
    var second = upgrader.inner(backward, of: form).objectValue ?? JSONObject()
    if !isGiven, var config = second["config"]?.objectValue {
      // Keras 3 has the second layer go backwards even if the first one does.
      config["go_backwards"] = false
      second["config"] = .object(config)
    }
    form.config["backward_layer"] = .object(second)
  }

  func upgrade(_ call: inout UpgradedCall, of layer: Layer, _ upgrader: ModelUpgrader) { call.splitStates() }
}
