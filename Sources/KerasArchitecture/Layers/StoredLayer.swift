import OrderedJSON
import SignalGraph
import Tensors

/// A layer of a class that wtool does not know, whose weights are those that another file of the same model has.
///
/// Initializers are those that its configuration declares for variables of their names; all others are guesses from what
/// the weights seem to be.
struct StoredLayer: RecordedShapeLayer {
  static let classNames = ["Layer"]

  let form: TensorTree.Form
  private let weights: StoredWeights
  let children: [LayerChildren]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let template = config.builder.template else {
      throw config.place.error("wtool does not know this class")
    }
    let className = PythonNames.withoutPackage(config.place.className)
    let number = config.builder.nextNumber(ofClass: className)
    guard let tree = template.layer(config.place.name, className: className, number: number) else {
      throw config.place.error(
        "wtool does not know this class, and \(template.fileName) has no layer of that name")
    }
    self.init(try StoredWeights(tree, config), tree, config)
  }

  /// The whole of a model that does not tell its layers.
  init(model config: LayerConfig, _ template: WeightTemplate) throws(ArchitectureError) {
    self.init(try StoredWeights(template.root, config), template.root, config)
  }

  /// A layer within a layer that was found in the file; its configuration is not known.
  private init(_ weights: StoredWeights, _ tree: TensorTree, _ config: LayerConfig) {
    form = tree.form
    self.weights = weights
    children = tree.branches.map { branch in
      let layers = branch.layers.map { Self.layer($0, config) }
      return branch.isList || layers.isEmpty
        ? LayerChildren(branch.attribute, list: layers) : LayerChildren(branch.attribute, layers[0])
    }
  }

  private static func layer(_ tree: TensorTree, _ config: LayerConfig) -> Layer {
    let name = tree.name.isEmpty ? tree.unit : tree.name
    let kind = StoredLayer(StoredWeights(tree, undeclaredIn: config), tree, config)
    return config.builder.makeStoredLayer(kind, name: name, unit: tree.unit, config.place)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try self.weights.add(weights)
    for layer in children.flatMap(\.layers) { try layer.build(call) }
  }

  /// Only whoever consumes the result knows its shape.
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [.unknown] }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [
      .opaque(
        kernels: layer.ownKernels
          + children.flatMap(\.layers).flatMap { $0.kind.signal(call, $0).flatMap(\.kernels) })
    ]
  }
}

/// The weights that a file has for one layer, with what fills them.
struct StoredWeights {
  private struct Weight {
    let tensor: TensorTree.Tensor
    let name: String
    let role: WeightRole
    let initializer: InitializerReference
    let isGuessed: Bool
    let isTrainable: Bool
  }

  private let weights: [Weight]

  /// - Parameters:
  ///   - tree: what the file has.
  ///   - config: of the layer; its initializers win over guesses.
  /// - Throws: what is wrong with a declared initializer.
  init(_ tree: TensorTree, _ config: LayerConfig) throws(ArchitectureError) {
    let guesses = StoredRoles.guess(tree, mean: config.builder.template?.mean)
    var declared: [String: InitializerReference] = [:]
    for name in guesses.map(\.name) where declared[name] == nil {
      let key = "\(name)_initializer"
      if config[key] != nil { declared[name] = try config.initializer(key, default: "zeros") }
    }
    self.init(tree, guesses, declared, config)
  }

  init(_ tree: TensorTree, undeclaredIn config: LayerConfig) {
    self.init(tree, StoredRoles.guess(tree, mean: config.builder.template?.mean), [:], config)
  }

  private init(
    _ tree: TensorTree, _ guesses: [StoredRoles.Guess], _ declared: [String: InitializerReference],
    _ config: LayerConfig
  ) {
    // A statistic in the middle cannot be one: files have what training does not change at the end.
    let firstStatistic = guesses.lastIndex { $0.role != .statistic }.map { $0 + 1 } ?? 0
    weights = zip(tree.tensors, guesses).enumerated().map { index, pair in
      let (tensor, guess) = pair
      let isFloat = tensor.dtype.isFloatingPoint
      let initializer = isFloat ? Self.initializer(guess) : "zeros"
      return Weight(
        tensor: tensor, name: guess.name, role: guess.role,
        initializer: declared[guess.name] ?? config.fixedInitializer(initializer),
        isGuessed: declared[guess.name] == nil, isTrainable: isFloat && index < firstStatistic)
    }
  }

  private static func initializer(_ guess: StoredRoles.Guess) -> String {
    switch guess.role {
    case .kernel: "glorot_uniform"
    case .recurrentKernel: "orthogonal"
    case .embeddings: "uniform"
    case .scale: "ones"
    case .statistic where guess.name.contains("var") || guess.name.contains("std"): "ones"
    case .bias, .offset, .statistic, .activation: "zeros"
    }
  }

  func add(_ recorder: WeightRecorder) throws(ArchitectureError) {
    for weight in weights {
      try recorder.add(
        weight.name, weight.role, weight.tensor.shape.dimensions, weight.initializer,
        .init(
          isTrainable: weight.isTrainable, dtype: weight.tensor.dtype,
          stored: .init(name: weight.tensor.name, isGuessed: weight.isGuessed)))
    }
  }
}
