import OrderedJSON
import SignalGraph
import Tensors

/// A layer while its model is read; it is built by its first call, and every call returns shapes.
final class Layer {
  let name: String
  let kind: any LayerKind
  let className: String
  /// What an existing file calls the layer among its siblings, if it was found there.
  private let unit: String?
  private let config: LayerConfig
  private var ownWeights: [WeightDeclaration] = []
  private var isBuilt = false
  /// The call that its `build_config` stands for.
  private var recordedCall: LayerCall?
  private var inputShapes: [PartialShape] = []
  private var outputShapes: [PartialShape] = []
  /// The results of earlier calls: nested models would otherwise be walked anew at every level.
  private var results: [LayerCall.Signature: [PartialShape]] = [:]

  /// The `name` of a cell differs from that in the configuration's place, which is of the layer that its errors are
  /// about.
  init(name: String, className: String, kind: any LayerKind, _ config: LayerConfig, unit: String? = nil) {
    self.name = name
    self.className = className
    self.kind = kind
    self.config = config
    self.unit = unit
  }

  private var builder: ModelBuilder { config.builder }
  var place: LayerPlace { config.place }
  var isTrainable: Bool { config.object["trainable"]?.boolValue ?? true }

  /// The shape of the input, with its batch axis, that the configuration names.
  private var inputHint: PartialShape? {
    PartialShape(json: config.object["batch_input_shape"] ?? config.object["batch_shape"])
      ?? PartialShape(json: config.object["input_shape"]).map { PartialShape([nil] + $0.dimensions) }
  }

  /// Builds the layer as its `build_config` says.
  func buildAsRecorded(_ call: LayerCall) throws(ArchitectureError) {
    try build(call)
    recordedCall = call
  }

  /// Creates the weights, the first time; later calls must ask for the same.
  func build(_ call: LayerCall) throws(ArchitectureError) {
    let recorder = WeightRecorder(layer: self, builder: builder, existing: isBuilt ? ownWeights : nil)
    do throws(ArchitectureError) {
      try kind.build(call, recorder)
    } catch {
      // Behind a layer that wtool does not know sizes may be missing; then the file tells the weights, too.
      guard !isBuilt, call.hasUnknownShape, let stored = try storedWeights() else { throw error }
      recorder.removeAll()
      try stored.add(recorder)
    }
    isBuilt = true
    ownWeights = recorder.weights
  }

  /// The weights that an existing file of the model has for this layer.
  private func storedWeights() throws(ArchitectureError) -> StoredWeights? {
    guard kind.children.isEmpty, let tree = builder.template?.layer(name, className: className, number: 0)
    else { return nil }
    return try StoredWeights(tree, config)
  }

  /// The weights of the layer's own that connect units.
  var ownKernels: [Int] { ownWeights.filter(\.role.connectsUnits).map(\.creationIndex) }

  /// The shapes that a call returns.
  ///
  /// - Parameters:
  ///   - call: what goes in.
  ///   - recorded: the shapes that those who consume the results have recorded.
  /// - Returns: the shapes by the layer's own rule, or as recorded where it has none.
  /// - Throws: if the layer cannot be called like that.
  func call(
    _ call: LayerCall, recorded: [PartialShape] = []
  ) throws(ArchitectureError) -> [PartialShape] {
    // Behind what only Python knows, its `build_config` may know more than the call.
    let call = call.hasUnknownShape ? recordedCall ?? call : call
    let ruled = try ruledShapes(call)
    // What a rule gets wrong is recorded right.
    let prefersRecorded = kind is any RecordedShapeLayer
    let outputs = (0..<max(ruled.count, prefersRecorded ? recorded.count : 0)).map { index in
      let rule = ruled.indices.contains(index) ? ruled[index] : .unknown
      guard recorded.indices.contains(index) else { return rule }
      return prefersRecorded ? recorded[index].completed(by: rule) : rule.isUnknown ? recorded[index] : rule
    }
    note(call, outputs)
    return outputs
  }

  private func ruledShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let signature = call.signature
    if let result = results[signature] { return result }
    try build(call)
    let isUnknown = call.hasUnknownShape && !(kind is any RecordedShapeLayer)
    let outputs = isUnknown ? [.unknown] : try kind.outputShapes(call)
    results[signature] = outputs
    return outputs
  }

  private func note(_ call: LayerCall, _ outputs: [PartialShape]) {
    guard outputShapes.isEmpty else { return }
    inputShapes = call.inputs
    outputShapes = outputs
  }

  /// The shapes of the inputs that the layer itself tells; empty if it does not.
  var defaultInputs: [PartialShape] {
    let known = (kind as? any ModelKind)?.defaultInputs ?? []
    return known.isEmpty ? [inputHint].compactMap { $0 } : known
  }

  /// The type of the layer's variables.
  func variableDType() throws(ArchitectureError) -> DType {
    let dtype = config.object["dtype"]
    // What is not a policy for variables, as an input's `int32`, matters only if there are any.
    guard let policy = DTypePolicy(dtype) else {
      throw place.error(
        "`dtype` must be a floating-point type or policy; found \(dtype?.pythonText().prefix(60) ?? "nothing")"
      )
    }
    return policy.variableDType
  }

  /// The layer's own weight of that name.
  func ownWeight(_ name: String) -> WeightDeclaration? {
    let name = builder.dialect.variableName(name)
    return ownWeights.first { $0.name == name }
  }

  /// The number of the weight of that name, if the layer has one.
  func weight(_ name: String) -> Int? { ownWeight(name)?.creationIndex }

  /// The layer as a value.
  func node() -> LayerNode {
    LayerNode(
      name: name, className: className,
      unit: unit ?? PythonNames.snakeCase(PythonNames.pythonClass(className)),
      isUnitFixed: unit != nil, storedForm: (kind as? StoredLayer)?.form, inputShapes: inputShapes,
      outputShapes: outputShapes, isTrainable: isTrainable,
      ownWeights: ownWeights.filter(\.isCreatedTrainable) + ownWeights.filter { !$0.isCreatedTrainable },
      objectWeights: kind.objectWeights(
        ownWeights.filter(\.isCreatedTrainable) + ownWeights.filter { !$0.isCreatedTrainable }),
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
    /// How its fans are counted, where that is not its Keras's general rule.
    var fans: FanRule?
    /// What is done to the initializer's values.
    var transform: WeightDeclaration.Transform = .none
    /// What an existing file tells of it, if that is where it comes from.
    var stored: WeightDeclaration.Stored?
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
    let name = builder.dialect.variableName(name)
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
        creationIndex: builder.nextWeightIndex(), stored: options.stored,
        parts: parts.map {
          WeightDeclaration.Part(
            shape: Shape($0.0), initializer: $0.1,
            fans: options.fans ?? builder.dialect.fanRule(rank: $0.0.count), transform: options.transform)
        }))
  }

  /// Starts anew.
  func removeAll() { weights = [] }

  /// An error about the layer.
  func error(_ reason: String) -> ArchitectureError { layer.place.error(reason) }

  /// The type of the layer's variables.
  func layerDType() throws(ArchitectureError) -> DType { try layer.variableDType() }

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
    return builder.fixedInitializer(name, config: config, layer.place)
  }
}
