import OrderedJSON
import SignalGraph
import Tensors

/// `Deconvolution2D` of Keras 1: stores the shape of its output, and its kernel as a convolution does.
struct Deconvolution: LayerKind {
  static let classNames: [String] = []
  static let keras1ClassNames = ["Deconvolution2D"]

  private let filters: Int
  private let window: SpatialWindow
  private let output: PartialShape
  private let kernel: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    window = try SpatialWindow(convolution: config, rank: 2)
    guard let output = PartialShape(json: config["output_shape"]), output.rank == 4 else {
      throw config.error("output_shape", expected: "a list of 4 sizes or nulls")
    }
    self.output = output
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let shape = window.kernelShape(inputs: try window.channels(call), outputs: filters)
    try weights.add("kernel", .kernel, shape, kernel, .init(fans: window.fans))
    try bias.add([filters], weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let batch = try window.input(call).batch
    return [
      window.dataFormat.shape(batch: batch, spatial: window.dataFormat.spatial(output), channels: filters)
    ]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let channels = try? window.channels(call), let area = try? window.area(call) else {
      return [.opaque]
    }
    return layer.linear(
      "kernel", fanIn: area * channels, fanOut: window.outputsPerInput(call, filters), units: filters,
      coverage: window.coverage(call)) + [.activation(activation)]
  }
}

/// `Highway` of Keras 1: a dense layer and a gate that mixes its output with its input. Srivastava et al., 2015.
struct Highway: ShapePreservingLayer {
  static let classNames: [String] = []
  static let keras1ClassNames = ["Highway"]

  private let kernel: InitializerReference
  private let hasBias: Bool
  /// What the gate's bias starts at before Keras 1.2, which also had another order.
  private let transformBias: Double?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    hasBias = try config.bool("use_bias", default: true)
    let isOld = !config.generation.isAtLeast(1, 2)
    transformBias = isOld ? try config.double("transform_bias", default: -2) : nil
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let size = try call.knownSize(try call.input(rank: 2), axis: 1)
    try weights.add("kernel", .kernel, [size, size], kernel)
    if transformBias == nil { try weights.add("W_carry", .kernel, [size, size], kernel) }
    if hasBias { try weights.add("bias", .bias, [size], weights.fixedInitializer("zero")) }
    if transformBias != nil { try weights.add("W_carry", .kernel, [size, size], kernel) }
    guard hasBias else { return }
    let config = JSONObject([.init(key: "value", value: JSONValue(transformBias ?? 1))])
    try weights.add("b_carry", .bias, [size], weights.fixedInitializer("Constant", config: config))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: [layer.weight("kernel")].compactMap { $0 })]
  }
}

/// `MaxoutDense` of Keras 1: the largest of several dense layers. Goodfellow et al., ICML 2013.
struct MaxoutDense: LayerKind {
  static let classNames: [String] = []
  static let keras1ClassNames = ["MaxoutDense"]

  private let units, featureCount: Int
  private let kernel: InitializerReference
  private let bias: BiasDeclaration

  init(_ config: LayerConfig) throws(ArchitectureError) {
    units = try config.positive("units")
    featureCount = try config.positive("nb_feature", default: 4)
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let size = try call.knownSize(try call.input(rank: 2), axis: 1)
    try weights.add("kernel", .kernel, [featureCount, size, units], kernel)
    try bias.add([featureCount, units], weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [[try call.input(rank: 2).batch, units]]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: [layer.weight("kernel")].compactMap { $0 })]
  }
}

/// `ParametricSoftplus` of Keras 1: α·ln(1 + exp(β·x)) with both learnt.
struct ParametricSoftplus: ShapePreservingLayer {
  static let classNames: [String] = []
  static let keras1ClassNames = ["ParametricSoftplus"]

  private let alpha, beta: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    alpha = try config.double("alpha_init", default: 0.2)
    beta = try config.double("beta_init", default: 5)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let sizes = try call.knownSizes(try call.input)
    for (name, value) in [("alphas", alpha), ("betas", beta)] {
      let config = JSONObject([.init(key: "value", value: JSONValue(value))])
      try weights.add(name, .activation, sizes, weights.fixedInitializer("Constant", config: config))
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(.unknown)] }
}

/// `SReLU` of Keras 1: a line of three pieces whose knees and outer slopes are learnt. Jin et al., AAAI 2016.
struct SReLU: ShapePreservingLayer {
  static let classNames: [String] = []
  static let keras1ClassNames = ["SReLU"]

  private let initializers: [(name: String, initializer: InitializerReference)]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let defaults = [
      ("t_left", "zero"), ("a_left", "glorot_uniform"), ("t_right", "glorot_uniform"), ("a_right", "one"),
    ]
    initializers = try defaults.map { entry throws(ArchitectureError) in
      (entry.0, try config.initializer("\(entry.0)_init", default: entry.1))
    }
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let sizes = try call.knownSizes(try call.input)
    for entry in initializers { try weights.add(entry.name, .activation, sizes, entry.initializer) }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(.unknown)] }
}

/// `Merge` at the head of a Keras 1 Sequential: models side by side, whose outputs become one.
///
/// Files have the branches' layers beside those of the Sequential, and leave `Merge` itself out.
struct MergedBranches: ModelKind {
  static let className = "Merge"
  static let classNames: [String] = []
  static let keras1ClassNames = [className]

  private let branches: [Layer]
  private let merge: Layer
  private let builder: ModelBuilder

  init(_ config: LayerConfig) throws(ArchitectureError) {
    builder = config.builder
    branches = try config.layers("layers")
    let name = config["merge"]?.stringValue ?? "Add"
    guard branches.count > 1, let kind = LayerCatalog.kind(name, of: config.generation) else {
      throw config.error("layers", expected: "two models or more")
    }
    merge = try config.ownedLayer(kind, className: name, config.object, name: config.place.name)
  }

  var defaultInputs: [PartialShape] {
    let inputs = branches.map { $0.defaultInputs }
    return inputs.contains { $0.isEmpty } ? [] : inputs.flatMap { $0 }
  }

  /// The layers of the branches, one branch after the other.
  var flattened: [Layer] {
    branches.flatMap { branch in
      branch.kind is any ModelKind ? branch.kind.children.flatMap(\.layers) : [branch]
    }
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    _ = try outputShapes(call)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var outputs: [PartialShape] = []
    for (branch, inputs) in try split(call.inputs, call) {
      outputs += try branch.call(LayerCall(place: branch.place, inputs))
    }
    return try merge.call(LayerCall(place: merge.place, outputs))
  }

  func emitSignals(_ call: LayerCall, inputs nodes: [Int]) throws(ArchitectureError) -> [Int] {
    var outputs: [PartialShape] = []
    var signals: [Int] = []
    var start = 0
    for (branch, inputs) in try split(call.inputs, call) {
      let branchCall = LayerCall(place: branch.place, inputs)
      let incoming = Array(nodes.dropFirst(start).prefix(inputs.count))
      signals += try builder.emitSignals(branch, branchCall, inputs: incoming)
      outputs += try branch.call(branchCall)
      start += inputs.count
    }
    return try builder.emitSignals(merge, LayerCall(place: merge.place, outputs), inputs: signals)
  }

  /// Deals the inputs out to the branches.
  private func split(
    _ inputs: [PartialShape], _ call: LayerCall
  ) throws(ArchitectureError) -> [(Layer, [PartialShape])] {
    guard inputs.count == defaultInputs.count, !inputs.isEmpty else {
      throw call.error("the branches have \(defaultInputs.count) inputs, but \(inputs.count) are given")
    }
    var rest = inputs[...]
    return branches.map { branch in
      let count = branch.defaultInputs.count
      defer { rest = rest.dropFirst(count) }
      return (branch, Array(rest.prefix(count)))
    }
  }
}
