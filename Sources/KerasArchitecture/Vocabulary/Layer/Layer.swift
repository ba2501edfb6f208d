import OrderedJSON
import Tensors

/// A layer of a model under construction: its first call builds it, and every call returns shapes.
final class Layer {
  let name: String
  let kind: any LayerKind
  let className: String
  /// The layer's name among its siblings in an existing file, if it was found there.
  private let unit: String?
  /// Its index among the layers of its class in the document; `nil` if it is not described there.
  private let index: Int?
  let config: LayerConfig
  /// Whether its variables are made trainable although the layer that owns it is not.
  var ignoresOwner = false
  private var ownWeights: [WeightDeclaration] = []
  private var isBuilt = false
  /// The call that its `build_config` records.
  private var recordedCall: LayerCall?
  private var inputShapes: [PartialShape] = []
  private var outputShapes: [PartialShape] = []
  /// The results of earlier calls, without which nested models would be walked again at every level.
  private var results: [LayerCall.Signature: [PartialShape]] = [:]

  /// - Parameters:
  ///   - name: the layer's own; that of a cell differs from the name in `config.place`, which errors name.
  ///   - className: the class name in the vocabulary of Keras 3, or as in the document.
  ///   - kind: the class.
  ///   - config: the configuration it was made from.
  ///   - unit: the layer's name among its siblings in an existing file.
  ///   - index: its index among the layers of its class in the document.
  init(
    name: String, className: String, kind: any LayerKind, _ config: LayerConfig, unit: String? = nil,
    index: Int? = nil
  ) {
    self.index = index
    self.name = name
    self.className = className
    self.kind = kind
    self.config = config
    self.unit = unit
  }

  var place: LayerPlace { config.place }
  var isTrainable: Bool { config.object["trainable"]?.boolValue ?? true }

  /// Whether nothing in it counts as trainable while it is frozen, whatever the layers in it say: tf.keras
  /// asks layer by layer, Keras before it models alone, and Keras 3 each variable.
  private var freezesInside: Bool {
    switch config.generation.family {
    case .keras3: false
    case .tfKeras: true
    case .multiBackendKeras2, .keras1: kind.children.contains { $0.attribute == "layers" }
    }
  }

  /// The shape of the input, with its batch axis, in the layer's configuration.
  private var configuredInput: PartialShape? {
    PartialShape(json: config.object["batch_input_shape"] ?? config.object["batch_shape"])
      ?? PartialShape(json: config.object["input_shape"]).map { PartialShape([nil] + $0.dimensions) }
  }

  /// Builds the layer as its `build_config` says.
  func buildAsRecorded(_ call: LayerCall) throws(ArchitectureError) {
    try build(call)
    recordedCall = call
  }

  /// The shapes of the first call's inputs; empty if they are not known.
  var knownInputShapes: [PartialShape] { inputShapes.contains { $0.isUnknown } ? [] : inputShapes }

  /// The shape of the first call's first result, if it is known.
  var firstOutput: PartialShape? { outputShapes.first.flatMap { $0.isUnknown ? nil : $0 } }

  /// Creates the weights, the first time; later calls must ask for the same.
  func build(_ call: LayerCall) throws(ArchitectureError) {
    try build { recorder throws(ArchitectureError) in
      do throws(ArchitectureError) {
        try kind.build(call, recorder)
      } catch {
        // Behind a layer of an unknown class sizes may be missing. The template has them.
        if config.context.isDescriptive, call.hasUnknownShape { return }
        guard !isBuilt, call.hasUnknownShape, let stored = try storedWeights() else { throw error }
        recorder.removeAll()
        try stored.add(recorder)
      }
    }
  }

  /// Creates the weights as the owner of the layer says, the first time; later calls must ask for the same.
  func build(
    creating weights: (WeightRecorder) throws(ArchitectureError) -> Void
  ) throws(ArchitectureError) {
    let recorder = WeightRecorder(self, config.context, existing: isBuilt ? ownWeights : nil)
    try weights(recorder)
    isBuilt = true
    ownWeights = recorder.weights
  }

  /// The weights of this layer in an existing file of the model.
  private func storedWeights() throws(ArchitectureError) -> StoredWeights? {
    guard kind.children.isEmpty, let tree = storedTree else { return nil }
    return try StoredWeights(tree, config)
  }

  /// What an existing file of the model has for this layer.
  var storedTree: TensorTree? {
    config.context.template?.layer(
      name, className: className, index: index, of: config.context.log.layerCounts[className] ?? 0)
  }

  /// The creation indices of the layer's own weights that connect units.
  var ownKernels: [Int] { ownWeights.filter(\.role.connectsUnits).map(\.creationIndex) }

  /// The shapes that a call returns.
  ///
  /// - Parameters:
  ///   - call: the inputs.
  ///   - recorded: the shapes of the results that the document records where they are consumed.
  /// - Returns: the shapes by the layer's own rule, or as recorded where it has no rule.
  /// - Throws: if the layer cannot be called like that.
  func call(
    _ call: LayerCall, recorded: [PartialShape] = []
  ) throws(ArchitectureError) -> [PartialShape] {
    // Behind Python code the layer's `build_config`, or an existing file, may know more than the call.
    var call = call.hasUnknownShape ? recordedCall ?? call : call
    let ruled: [PartialShape]
    if !isBuilt, let probe = InputProbe(call, of: self) {
      let signature = call.signature
      call = probe.call
      ruled = probe.isRankCertain ? try ruledShapes(call) : try unknownResult(of: call)
      results[signature] = ruled
    } else {
      ruled = try ruledShapes(call)
    }
    let prefersRecorded = kind.prefersRecordedShapes
    let outputs = (0..<max(ruled.count, prefersRecorded ? recorded.count : 0)).map { index in
      let rule = ruled.indices.contains(index) ? ruled[index] : .unknown
      guard recorded.indices.contains(index) else { return rule }
      return prefersRecorded ? recorded[index].completed(by: rule) : rule.isUnknown ? recorded[index] : rule
    }
    noteFirst(call, outputs)
    return outputs
  }

  /// The result of a call whose input may have other axes, too.
  private func unknownResult(of call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try build(call)
    return [.unknown]
  }

  private func ruledShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let signature = call.signature
    if let result = results[signature] { return result }
    try build(call)
    let isUnknown = call.hasUnknownShape && !kind.prefersRecordedShapes
    let outputs = isUnknown ? [.unknown] : try kind.outputShapes(call)
    results[signature] = outputs
    return outputs
  }

  private func noteFirst(_ call: LayerCall, _ outputs: [PartialShape]) {
    guard outputShapes.isEmpty else { return }
    inputShapes = call.inputs
    outputShapes = outputs
  }

  /// The shapes of the inputs that the layer itself declares; empty if it declares none.
  var defaultInputs: [PartialShape] {
    let declared = kind.defaultInputs
    return declared.isEmpty ? [configuredInput].compactMap { $0 } : declared
  }

  /// The type of the layer's variables.
  func variableDType() throws(ArchitectureError) -> DType {
    let dtype = config.object["dtype"]
    // Only layers with variables need a policy for variables: an input layer may have `int32`.
    guard let policy = DTypePolicy(dtype) else {
      throw place.error(
        "`dtype` must be a floating-point type or policy; found "
          + "\(dtype?.pythonText().prefix(60) ?? "nothing")"
      )
    }
    return policy.variableDType
  }

  /// The layer's own weight of a name in the vocabulary of Keras 3.
  func ownWeight(_ name: String) -> WeightDeclaration? {
    let name = config.context.conventions.variableName(name)
    return ownWeights.first { $0.name == name }
  }

  /// The creation index of the weight of that name, if the layer has one.
  func weight(_ name: String) -> Int? { ownWeight(name)?.creationIndex }

  /// The shapes of the layer's weights of a name, those of the layers in it among them.
  func shapes(ofWeight name: String) -> [Shape] {
    var shapes = ownWeight(name).map { [$0.spec.shape] } ?? []
    for layer in kind.children.flatMap(\.layers) { shapes.append(contentsOf: layer.shapes(ofWeight: name)) }
    return shapes
  }

  /// What the product of the matrices of LoRA is multiplied by.
  private var loraScale: Double? {
    guard let rank = config.object["lora_rank"]?.wholeNumber, rank > 0 else { return nil }
    return (config.object["lora_alpha"]?.doubleValue ?? Double(rank)) / Double(rank)
  }

  /// The layer as a value, with all below it.
  func node() -> LayerNode {
    let sorted = ownWeights.filter(\.isCreatedTrainable) + ownWeights.filter { !$0.isCreatedTrainable }
    return LayerNode(
      name: name, className: className,
      unit: unit ?? PythonNames.snakeCase(PythonNames.pythonClass(className)),
      isUnitFixed: unit != nil, storedForm: kind.storedForm, inputShapes: inputShapes,
      outputShapes: outputShapes, isTrainable: isTrainable, freezesInside: freezesInside,
      ownWeights: sorted, objectWeights: kind.objectWeights(sorted),
      children: kind.children.map { children in
        LayerNode.Children(
          attribute: children.attribute, nodes: children.layers.map { $0.node() }, isList: children.isList)
      }, meaning: kind.meaning(of: self), loraScale: loraScale,
      vocabulary: config.object["vocabulary"].flatMap { $0.isNull ? nil : $0 })
  }
}
