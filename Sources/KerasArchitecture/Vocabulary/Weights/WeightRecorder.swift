import OrderedJSON
import Tensors

/// A record of the weights that a layer creates while it is built.
///
/// A layer that is called again repeats the same steps, which must ask for the same weights.
final class WeightRecorder {
  private let layer: Layer
  private let context: LayerContext
  private let existing: [WeightDeclaration]?
  private(set) var weights: [WeightDeclaration] = []

  /// - Parameters:
  ///   - layer: the layer that is built.
  ///   - context: what the layers of its model share.
  ///   - existing: the weights of an earlier build; `nil` for the first one.
  init(_ layer: Layer, _ context: LayerContext, existing: [WeightDeclaration]?) {
    self.layer = layer
    self.context = context
    self.existing = existing
  }

  /// The properties of a weight that differ from the defaults.
  struct Options {
    /// Whether it is created trainable.
    var isTrainable = true
    /// Whether it was frozen after it was created trainable, as a kernel under LoRA.
    var isFrozen = false
    /// Its type, where it is not the layer's.
    var dtype: DType?
    /// The rule for its fans, where that is not the general rule of its Keras.
    var fans: FanRule?
    /// The change that the layer makes to the initializer's values.
    var transform: WeightDeclaration.Transform = .none
    /// The weight in an existing file that it stands for, if its class is unknown.
    var stored: WeightDeclaration.Stored?
    /// Whether a legacy file has a place for it.
    var isListed = true
  }

  /// Creates a weight that one initializer fills.
  ///
  /// - Parameters:
  ///   - name: the variable's own name.
  ///   - role: its role in the layer.
  ///   - shape: its sizes.
  ///   - initializer: the initializer that fills it.
  ///   - options: what differs from the defaults.
  /// - Throws: if it is too large, or not what an earlier call of the layer made.
  func add(
    _ name: String, _ role: WeightRole, _ shape: [Int], _ initializer: InitializerReference,
    _ options: Options = Options()
  ) throws(ArchitectureError) {
    try add(name, role, shape, parts: [(shape, initializer)], options)
  }

  /// Creates a weight whose parts are filled by several initializers.
  func add(
    _ name: String, _ role: WeightRole, _ shape: [Int], parts: [([Int], InitializerReference)],
    _ options: Options = Options()
  ) throws(ArchitectureError) {
    let name = context.conventions.variableName(name)
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
        isMarkedTrainable: options.isTrainable && !options.isFrozen
          && (layer.isTrainable || layer.ignoresOwner),
        creationIndex: context.log.nextWeightIndex(), stored: options.stored,
        isListed: options.isListed,
        parts: parts.map {
          WeightDeclaration.Part(
            shape: Shape($0.0), initializer: $0.1,
            fans: options.fans ?? context.conventions.fanRule(rank: $0.0.count), transform: options.transform)
        }))
  }

  /// Forgets the weights recorded so far.
  func removeAll() { weights = [] }

  /// An error about the layer.
  func error(_ reason: String) -> ArchitectureError { layer.place.error(reason) }

  /// The type of the layer's variables.
  func layerDType() throws(ArchitectureError) -> DType { try layer.variableDType() }

  /// Adds a weight of a child layer to the layer's own.
  func share(_ weight: WeightDeclaration) { weights.append(weight) }

  /// A second initializer like another one: without a seed, it gets one of its own.
  func clone(_ initializer: InitializerReference) -> InitializerReference {
    guard existing == nil else { return initializer }
    return context.log.recordCopy(of: initializer)
  }

  /// Records that tf.keras gives a generator its seed while it builds the layer.
  func builtGenerator(_ seed: JSONValue?) {
    guard existing == nil else { return }
    context.log.record(
      .builtGenerator(seed: seed, beforeWeight: context.log.weightCount, place: layer.place))
  }

  /// Records that Keras makes a `SeedGenerator` while it builds the layer.
  func seedGenerator(_ seed: JSONValue?) {
    if existing == nil { context.log.record(.seedGenerator(seed: seed, place: layer.place)) }
  }

  /// An initializer that the class itself fixes, such as `ones`.
  func fixedInitializer(_ name: String, config: JSONObject = JSONObject()) -> InitializerReference {
    guard existing == nil else { return InitializerReference(eventIndex: 0) }
    return context.log.recordInitializer(name, config: config, for: layer.place)
  }
}
