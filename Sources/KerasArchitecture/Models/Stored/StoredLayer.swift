import Failures
import OrderedJSON
import SignalGraph
import Tensors

/// A layer of an unknown class, with the weights that an existing file of the same model has for it.
///
/// Initializers that its configuration declares under the names of variables are used; all others are guesses
/// from the names, shapes and means of the stored weights.
struct StoredLayer: LayerKind {
  static let classNames = ["Layer"]
  static let keepsDocumentClassName = true

  let storedForm: TensorTree.Form?
  /// Python code: only the consumers of the result record its shape.
  let prefersRecordedShapes = true
  private let weights: StoredWeights
  let children: [LayerChildren]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let template = config.context.template else {
      throw config.place.error("wtool does not know this class", kind: .unsupported)
    }
    let className = PythonNames.withoutPackage(config.place.className)
    let index = config.context.log.nextStoredLayerIndex(ofClass: className)
    guard let tree = template.layer(config.place.name, className: className, index: index) else {
      throw config.place.error(
        "wtool does not know this class, and \(template.fileName) has no layer of that name",
        kind: .mismatch)
    }
    self.init(try StoredWeights(tree, config), tree, config)
  }

  /// A whole model whose document does not describe its layers.
  init(model config: LayerConfig, _ template: WeightTemplate) throws(ArchitectureError) {
    self.init(try StoredWeights(template.root, config), template.root, config)
  }

  private init(_ weights: StoredWeights, _ tree: TensorTree, _ config: LayerConfig) {
    storedForm = tree.form
    self.weights = weights
    children = tree.branches.map { branch in
      let layers = branch.layers.map { Self.inner($0, config) }
      return branch.isList || layers.isEmpty
        ? LayerChildren(branch.attribute, list: layers) : LayerChildren(branch.attribute, layers[0])
    }
  }

  /// A layer inside another stored layer, whose configuration is not known.
  private static func inner(_ tree: TensorTree, _ config: LayerConfig) -> Layer {
    let kind = StoredLayer(StoredWeights(tree, undeclaredIn: config), tree, config)
    let translation = LayerTranslation(className: "Layer", config: JSONObject())
    return Layer(
      name: tree.name.isEmpty ? tree.unit : tree.name, className: "Layer", kind: kind,
      LayerConfig(translation, at: config.place.pointer, config.place, config.context), unit: tree.unit)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try self.weights.add(weights)
    for layer in children.flatMap(\.layers) { try layer.build(call) }
  }

  /// In the order of the file: a class of its own may create what is not trained first.
  func objectWeights(_ own: [WeightDeclaration]) -> [WeightDeclaration] {
    own.sorted { $0.creationIndex < $1.creationIndex }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [.unknown] }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [
      .opaque(
        kernels: layer.ownKernels
          + children.flatMap(\.layers).flatMap { $0.kind.signal(call, $0).flatMap(\.kernels) })
    ]
  }
}
