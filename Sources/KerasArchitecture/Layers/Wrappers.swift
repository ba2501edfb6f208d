import OrderedJSON
import SignalGraph
import Tensors

/// `TimeDistributed`: a layer applied to every step of a sequence.
struct TimeDistributed: LayerKind {
  static let classNames = ["TimeDistributed"]

  private let layer: Layer

  init(_ config: LayerConfig) throws(ArchitectureError) { layer = try config.layer("layer") }

  var children: [LayerChildren] { [LayerChildren("layer", layer)] }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try layer.build(call.forwarded(to: layer, try call.timeStep()))
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let time = try call.input(minimumRank: 3).dimensions[1]
    return try layer.call(call.forwarded(to: layer, try call.timeStep())).map {
      PartialShape([$0.batch, time] + $0.dimensions.dropFirst())
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let step = try? call.timeStep() else { return [.opaque] }
    return self.layer.kind.signal(call.forwarded(to: self.layer, step), self.layer)
  }
}

/// `Bidirectional`: a recurrent layer and its like that reads the sequence backwards.
struct Bidirectional: LayerKind {
  static let classNames = ["Bidirectional"]

  private enum Merge: String, CaseIterable { case concat, sum, mul, ave }

  private let forward: Layer
  private let backward: Layer
  /// `nil` keeps the two outputs apart.
  private let merge: Merge?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let layer = config["layer"] else { throw config.error("layer", expected: "a recurrent layer") }
    if config.generation.isKeras3 {
      // Keras 3 makes the layer once only to throw it away, then the backward layer if there is one, then
      // the forward layer from the same description.
      _ = try config.layer("layer")
    }
    let given = config["backward_layer"]
    let made = given == nil ? nil : try config.layer("backward_layer")
    forward = try Self.make(layer, prefix: "forward_", config, key: "layer")
    if let made {
      backward = made
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
    return try config.builder.makeLayer(.object(layer), at: config.pointer(to: key))
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
      guard let one = ahead[0].last, let other = back[0].last, let size = CheckedSize.sum([one, other]) else {
        throw call.error("the wrapped layers' outputs cannot be concatenated")
      }
      return [PartialShape(ahead[0].dimensions.dropLast() + [size])] + states
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
}

/// A layer that calls another one as it is called itself.
protocol WrappingLayer: LayerKind {
  var layer: Layer { get }
}

extension WrappingLayer {
  var children: [LayerChildren] { [LayerChildren("layer", layer)] }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try layer.call(call.forwarded(to: layer, try call.input))
  }
}

/// `Wrapper`: adds nothing.
struct Wrapper: WrappingLayer {
  static let classNames = ["Wrapper"]

  let layer: Layer

  init(_ config: LayerConfig) throws(ArchitectureError) { layer = try config.layer("layer") }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try layer.build(call.forwarded(to: layer, try call.input))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    self.layer.kind.signal(call, self.layer)
  }
}

/// `SpectralNormalization`: a layer whose kernel is divided by its largest singular value; it counts the kernel
/// as its own too, and keeps a vector that approximates the singular one.
struct SpectralNormalization: WrappingLayer {
  static let classNames = ["SpectralNormalization"]

  let layer: Layer

  init(_ config: LayerConfig) throws(ArchitectureError) { layer = try config.layer("layer") }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try layer.build(call.forwarded(to: layer, try call.input))
    guard let kernel = layer.ownWeight("kernel") ?? layer.ownWeight("embeddings"),
      let columns = kernel.spec.shape.dimensions.last
    else { throw call.error("the wrapped layer has no kernel and no embeddings") }
    weights.share(kernel)
    try weights.add(
      "vector_u", .statistic, [1, columns],
      weights.fixedInitializer(
        "TruncatedNormal", config: JSONObject([.init(key: "stddev", value: 0.02)])),
      .init(isTrainable: false, dtype: kernel.spec.dtype))
  }
}
