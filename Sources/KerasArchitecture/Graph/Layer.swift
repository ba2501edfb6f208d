import OrderedJSON
import SignalGraph
import Tensors

/// A layer while its model is read; it is built by its first call, and every call returns shapes.
final class Layer {
  let name: String
  let place: LayerPlace
  let inputHint: PartialShape?
  let kind: any LayerKind
  let className: String
  let isTrainable: Bool
  /// As declared; what is not a policy for variables, as an input's `int32`, matters only if there are any.
  private let dtype: JSONValue?
  private let builder: ModelBuilder
  private var ownWeights: [WeightDeclaration] = []
  private var isBuilt = false
  private var inputShapes: [PartialShape] = []
  private var outputShapes: [PartialShape] = []
  /// The results of earlier calls: nested models would otherwise be walked anew at every level.
  private var results: [String: [PartialShape]] = [:]

  /// The `name` of a cell differs from that in `place`, which is of the layer that its errors are about;
  /// `inputHint` is the shape of the input, with its batch axis, that the configuration names.
  init(
    name: String, place: LayerPlace, kind: any LayerKind, isTrainable: Bool, dtype: JSONValue?,
    inputHint: PartialShape?, builder: ModelBuilder
  ) {
    self.name = name
    self.inputHint = inputHint
    self.place = place
    self.kind = kind
    let names = type(of: kind).classNames
    className = names.contains(place.className) ? place.className : names[0]
    self.isTrainable = isTrainable
    self.dtype = dtype
    self.builder = builder
  }

  /// Creates the weights, the first time; later calls must ask for the same.
  func build(_ call: LayerCall) throws(ArchitectureError) {
    let recorder = WeightRecorder(layer: self, builder: builder, existing: isBuilt ? ownWeights : nil)
    isBuilt = true
    try kind.build(call, recorder)
    ownWeights = recorder.weights
  }

  /// The shapes that a call returns.
  func call(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let signature = call.signature
    if let result = results[signature] { return result }
    try build(call)
    let outputs = try kind.outputShapes(call)
    results[signature] = outputs
    if outputShapes.isEmpty {
      inputShapes = call.inputs
      outputShapes = outputs
    }
    return outputs
  }

  /// The type of the layer's variables.
  func variableDType() throws(ArchitectureError) -> DType {
    guard let policy = DTypePolicy(dtype) else {
      throw place.error(
        "`dtype` must be a floating-point type or policy; found \(dtype?.pythonText().prefix(60) ?? "nothing")"
      )
    }
    return policy.variableDType
  }

  /// The layer's own weight of that name.
  func ownWeight(_ name: String) -> WeightDeclaration? { ownWeights.first { $0.name == name } }

  /// The number of the weight of that name, if the layer has one.
  func weight(_ name: String) -> Int? { ownWeights.first { $0.name == name }?.creationIndex }

  /// The layer as a value.
  func node() -> LayerNode {
    LayerNode(
      name: name, className: className, inputShapes: inputShapes, outputShapes: outputShapes,
      isTrainable: isTrainable,
      ownWeights: ownWeights.filter(\.isCreatedTrainable) + ownWeights.filter { !$0.isCreatedTrainable },
      children: kind.children.map { children in
        LayerNode.Children(
          attribute: children.attribute, nodes: children.layers.map { $0.node() }, isList: children.isList)
      })
  }
}

/// Takes down the weights that a layer creates while it is built.
///
/// A layer that is called again goes through the same steps, which must ask for the same weights.
final class WeightRecorder {
  private let layer: Layer
  private let builder: ModelBuilder
  private let existing: [WeightDeclaration]?
  private(set) var weights: [WeightDeclaration] = []

  init(layer: Layer, builder: ModelBuilder, existing: [WeightDeclaration]?) {
    self.layer = layer
    self.builder = builder
    self.existing = existing
  }

  /// What is unusual about a weight.
  struct Options {
    /// Whether it is created trainable.
    var isTrainable = true
    /// Whether it was frozen after it was created trainable, as a kernel under LoRA.
    var isFrozen = false
    /// Its type, where it is not the layer's.
    var dtype: DType?
    var fanAxes: FanAxes?
    /// What is done to the initializer's values.
    var transform: WeightDeclaration.Transform = .none
  }

  /// Creates a weight that one initializer fills.
  ///
  /// - Parameters:
  ///   - name: the variable's own name.
  ///   - role: what it is to the layer.
  ///   - shape: its sizes.
  ///   - initializer: what fills it.
  ///   - options: what is unusual about it.
  /// - Throws: if it is too large, or not what an earlier call of the layer made.
  func add(
    _ name: String, _ role: WeightRole, _ shape: [Int], _ initializer: InitializerReference,
    _ options: Options = Options()
  ) throws(ArchitectureError) {
    try add(name, role, shape, parts: [(shape, initializer)], options)
  }

  /// Creates a weight that is put together from the results of several initializers.
  func add(
    _ name: String, _ role: WeightRole, _ shape: [Int], parts: [([Int], InitializerReference)],
    _ options: Options = Options()
  ) throws(ArchitectureError) {
    let path = "\(layer.name)/\(name)"
    let dtype = if let dtype = options.dtype { dtype } else { try layer.variableDType() }
    let spec: TensorSpec
    do throws(ShapeOverflow) {
      spec = try TensorSpec(path: path, shape: Shape(shape), dtype: dtype)
    } catch {
      throw layer.place.error("`\(name)` would be too large: \(error)")
    }
    if let existing {
      guard weights.count < existing.count, existing[weights.count].spec == spec else {
        let found =
          weights.count < existing.count ? existing[weights.count].spec.shape.description : "nothing"
        throw layer.place.error(
          "it was built with \(found) for `\(name)`, but this call needs \(spec.shape): "
            + "`build_config` is out of date, or a shared layer is called with other sizes")
      }
      weights.append(existing[weights.count])
      return
    }
    weights.append(
      WeightDeclaration(
        name: name, spec: spec, role: role, isCreatedTrainable: options.isTrainable,
        isTrainable: options.isTrainable && !options.isFrozen && layer.isTrainable,
        creationIndex: builder.nextWeightIndex(),
        parts: parts.map {
          WeightDeclaration.Part(
            shape: Shape($0.0), initializer: $0.1, fanAxes: options.fanAxes, transform: options.transform)
        }))
  }

  /// An error about the layer.
  func error(_ reason: String) -> ArchitectureError { layer.place.error(reason) }

  /// Counts a weight of a sub-layer as the layer's own too.
  func share(_ weight: WeightDeclaration) { weights.append(weight) }

  /// A new initializer like another one: unseeded, it gets a seed of its own.
  func clone(_ initializer: InitializerReference) -> InitializerReference {
    guard existing == nil else { return initializer }
    return builder.record(builder.events[initializer.eventIndex])
  }

  /// Notes that tf.keras gives a generator its seed while it builds the layer.
  func builtGenerator(_ seed: JSONValue?) {
    if existing == nil { _ = builder.record(.builtGenerator(seed: seed, beforeWeight: builder.weightCount)) }
  }

  /// Notes that Keras makes a `SeedGenerator` while it builds the layer.
  func seedGenerator(_ seed: JSONValue?) {
    if existing == nil { _ = builder.record(.seedGenerator(seed: seed)) }
  }

  /// An initializer that the class itself fixes, such as `ones`.
  func fixedInitializer(_ name: String, config: JSONObject = JSONObject()) -> InitializerReference {
    guard existing == nil else { return InitializerReference(eventIndex: 0) }
    return builder.record(
      .initializer(
        InitializerDeclaration(
          className: name, config: config, place: layer.place, pointer: layer.place.pointer)))
  }
}
