import OrderedJSON
import Tensors
import Text

/// An upgrade of a model of Keras 1 or 2 to Keras 3: makes each layer's description anew, and collects what
/// that changes and what stands against it.
///
/// The layers are those of the model as it was read: their names, fields and shapes. Each kind of layer knows
/// what has become of it (`LayerKind.upgrade`); what all layers have is here.
final class ModelUpgrader {
  let generation: KerasGeneration
  let options: ModelUpgrade.Options
  /// Whether there are weights, whose arrangement must be known.
  private let hasWeights: Bool
  /// Whether layers of the model make masks, which Keras 3 treats otherwise in some layers.
  let hasMasks: Bool
  private(set) var changes: [UpgradeChange] = []
  private(set) var obstacles: [UpgradeObstacle] = []
  private var usedReplacements: Set<String> = []

  init(
    _ generation: KerasGeneration, _ options: ModelUpgrade.Options, _ document: JSONValue, hasWeights: Bool
  ) {
    self.hasWeights = hasWeights
    hasMasks = Self.makesMask(document)
    self.generation = generation
    self.options = options
  }

  private static func makesMask(_ value: JSONValue) -> Bool {
    if let object = value.objectValue {
      let isMasking = object["class_name"] == "Masking"
      let isEmbedding = object["class_name"] == "Embedding" && object["config"]?["mask_zero"] == true
      return isMasking || isEmbedding || object.members.contains { makesMask($0.value) }
    }
    return value.arrayValue?.contains(where: makesMask) ?? false
  }

  /// The names of replacements that no layer needed.
  var unusedReplacements: [String] {
    options.replacements.keys.filter { !usedReplacements.contains($0) }.sorted()
  }

  func note(_ effect: UpgradeChange.Effect, _ layer: Layer, _ reason: String) {
    let change = UpgradeChange(effect, layer: layer.name, reason)
    if !changes.contains(change) { changes.append(change) }
  }

  func refuse(_ layer: Layer, _ reason: String) {
    let obstacle = UpgradeObstacle(layer: layer.name, reason: reason)
    if !obstacles.contains(obstacle) { obstacles.append(obstacle) }
  }

  /// What the user gives in place of a layer's Python code.
  func replacement(for layer: Layer) -> String? {
    guard let name = options.replacements[layer.name] else { return nil }
    usedReplacements.insert(layer.name)
    return name
  }

  // MARK: Layers

  /// A layer in Keras 3's own form.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - name: what it is called, if that differs from its name in the model.
  ///   - isNested: whether another layer holds it, which then builds it.
  /// - Returns: its object in the document.
  func form(of layer: Layer, name: String? = nil, isNested: Bool = false) -> JSONObject {
    var form = UpgradedLayer(className: layer.config.className, config: layer.config.object)
    let name = name ?? layer.name
    form.config["name"] = .string(name.upgradedName)
    if name != name.upgradedName {
      note(.rearranged, layer, "it is called \(name.upgradedName): in Keras 3 names have no /")
    }
    layer.kind.upgrade(&form, of: layer, self)
    upgradeFields(&form, of: layer)
    let inputs = layer.knownInputShapes
    let hasWeights = !layer.ownKernels.isEmpty || !layer.kind.children.isEmpty
    // Attention is built with the shapes of several arguments.
    let isBuilt =
      !isNested && inputs.count == 1 && hasWeights && layer.kind.modelForm == nil
      && !form.className.hasSuffix("Attention")
    return form.object(inputShape: isBuilt ? inputs[0] : nil)
  }

  /// The form of a layer that another one wraps: frozen if that is.
  func inner(_ layer: Layer, of outer: UpgradedLayer, name: String? = nil) -> JSONValue {
    var form = form(of: layer, name: name, isNested: true)
    if outer.config["trainable"] == false, var config = form["config"]?.objectValue {
      config["trainable"] = false
      form["config"] = .object(config)
    }
    return .object(form)
  }

  /// What every layer has: objects in fields, policies, and no field that its class does not take.
  private func upgradeFields(_ form: inout UpgradedLayer, of layer: Layer) {
    if form.config["padding"] == "causal", form.className != "Conv1D", form.className != "Convolution1D" {
      refuse(layer, "its padding is \"causal\", which only Conv1D of Keras 3 has")
    }
    let interpolations = ["bicubic", "bilinear", "lanczos3", "lanczos5", "nearest"]
    if let name = form.config["interpolation"]?.stringValue, !interpolations.contains(name) {
      refuse(layer, "its interpolation is \"\(name.clipped)\", which Keras 3 does not have")
    }
    if form.config["padding"] == "full" {
      refuse(
        layer, "it reaches over the border of its input (`border_mode` is \"full\"), which Keras 3 does not")
    }
    if form.className == "RandomCrop" {
      refuse(
        layer, "RandomCrop of Keras 3 does not crop when it predicts; that of Keras 2 resizes to its size")
    }
    if form.hasKnownFields { form.className = PythonNames.pythonClass(form.className) }
    let known = form.hasKnownFields ? Keras3Fields.of(form.className) : nil
    if form.hasKnownFields, known == nil, layer.kind.modelForm == nil {
      refuse(layer, "Keras 3 has no \(form.className.clipped)")
      return
    }
    var config = JSONObject()
    for key in ["name", "trainable", "dtype"] { config[key] = form.config[key] }
    for member in form.config.members where config[member.key] == nil {
      if let known, !known.contains(member.key) {
        check(leftOut: member, of: form, layer)
        continue
      }
      config[member.key] = value(member.value, of: member.key, layer)
    }
    if layer.kind.inputShape == nil {
      config["dtype"] = layer.kind.modelForm == nil ? policy(config["dtype"]) : nil
    } else if config["dtype"] == nil {
      config["dtype"] = "float32"
    }
    if Keras3Fields.untrainableClasses.contains(form.className) { config["trainable"] = nil }
    form.config = config
    checkHardSigmoid(form, layer)
    checkDirection(layer)
    checkPadding(layer)
  }

  /// What a field of another meaning than its name's holds.
  private func value(_ value: JSONValue, of key: String, _ layer: Layer) -> JSONValue {
    if key == "activation" || key == "recurrent_activation" { return activation(value, layer) }
    if key.hasSuffix("_initializer") { return initializer(value, of: key, layer) }
    if key.hasSuffix("_regularizer") { return object(value, "keras.regularizers", key, layer) }
    if key.hasSuffix("_constraint") { return object(value, "keras.constraints", key, layer) }
    return value
  }

  /// An initializer that Keras 3 can run when it builds the layer, before the weights are loaded.
  ///
  /// Keras 2.0.0 wrote the kernel's in place of the bias's, and Keras 3 draws no orthogonal vector.
  private func initializer(_ value: JSONValue, of key: String, _ layer: Layer) -> JSONValue {
    let initializer = KerasObjects.initializer(value)
    let shapes = layer.shapes(ofWeight: String(key.dropLast("_initializer".count)))
    guard let className = initializer["class_name"]?.stringValue,
      shapes.contains(where: { !KerasObjects.draws(className, $0) })
    else { return initializer }
    note(
      .training, layer,
      "its `\(key)` is Zeros now and was \(className), of which Keras 3 makes no \(shapes[0]) weight")
    return KerasObjects.initializer("Zeros")
  }

  private func object(_ value: JSONValue, _ module: String, _ key: String, _ layer: Layer) -> JSONValue {
    if let object = KerasObjects.object(value, module: module) { return object }
    note(
      .leftOut, layer,
      "its `\(key)`, which Keras 3 does not have, is left out: \(value.pythonText().prefix(60))")
    return .null
  }

  /// A dtype policy as an object.
  func policy(_ value: JSONValue?) -> JSONValue {
    let name = value?.stringValue ?? value?["config"]?["name"]?.stringValue ?? "float32"
    return [
      "module": "keras", "class_name": "DTypePolicy", "config": ["name": .string(name)],
      "registered_name": .null,
    ]
  }

  /// A field that the class does not take must not have had a meaning.
  private func check(leftOut member: JSONObject.Member, of form: UpgradedLayer, _ layer: Layer) {
    let value = member.value
    if member.key == "activity_regularizer", !value.isNull {
      note(.leftOut, layer, "its `activity_regularizer`, which matters in training alone, is left out")
      return
    }
    if value.isNull || value == false || KerasObjects.meaninglessFields.contains(member.key) { return }
    if let usual = KerasObjects.usualValues[member.key], usual.contains(value) { return }
    refuse(
      layer,
      "`\(member.key.clipped)` is \(value.pythonText().prefix(60)), which \(form.className.clipped) of "
        + "Keras 3 does not know")
  }

  // MARK: Calls

  /// Refuses a call that Keras 3 makes otherwise.
  func check(_ call: UpgradedCall, of layer: Layer) {
    func isTrue(_ name: String) -> Bool {
      call.keywords.contains { $0.key == name && $0.value.constant == true }
    }
    if isTrue("training") {
      refuse(layer, "it is called with `training=True`, which Keras 3 does not heed when it predicts")
    }
    guard hasMasks else { return }
    let hasState = call.keywords.contains { $0.key == "initial_state" && !$0.value.references.isEmpty }
    if hasState {
      refuse(layer, "it begins in a given state in a model with masks, which Keras 3 computes otherwise")
    }
    if isTrue("return_attention_scores") {
      refuse(layer, "it returns scores in a model with masks: Keras 3 has others where all is masked")
    }
    let merges = ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"]
    if merges.contains(layer.config.className), (layer.firstOutput?.rank ?? 3) > 2 {
      refuse(layer, "it joins sequences in a model with masks, whose masks Keras 3 joins otherwise")
    }
  }

  // MARK: Hard sigmoids

  /// Says that weights make up for the hard sigmoid of gates, which has become flatter.
  func noteSteeperGates(_ layer: Layer) {
    let usual = layer.config.usualGateActivation
    guard layer.config.hardSigmoidDivisor("recurrent_activation", default: usual) == 5 else { return }
    note(
      .recomputed, layer,
      "the hard sigmoid of its gates is x/6 + 0.5 now and was x/5 + 0.5: their weights are multiplied by 1.2")
  }

  /// A hard sigmoid that is applied to more than the result of weights.
  func refuseHardSigmoid(of layer: Layer) {
    guard layer.config.hardSigmoidDivisor() == 5 else { return }
    refuse(layer, "its output goes through the hard sigmoid of Keras 2, which Keras 3 does not have")
  }

  /// A hard sigmoid at the end of a layer: its weights make up for the change, or it is refused.
  private func checkHardSigmoid(_ form: UpgradedLayer, _ layer: Layer) {
    guard layer.config.hardSigmoidDivisor() == 5, layer.kind.modelForm == nil,
      form.config["activation"] == "hard_sigmoid"
    else { return }
    guard let meaning = layer.kind.meaning(of: layer), !meaning.divisors.isEmpty else {
      refuseHardSigmoid(of: layer)
      return
    }
    note(
      .recomputed, layer,
      "its hard sigmoid is x/6 + 0.5 now and was x/5 + 0.5: the weights before it are multiplied by 1.2")
  }

  // MARK: Kernels

  /// A convolution runs over kernels backwards on Theano, and forwards on other backends.
  private func checkDirection(_ layer: Layer) {
    guard hasWeights, generation.flipsKernels == nil, let size = layer.config.object["kernel_size"],
      (size.arrayValue ?? [size]).contains(where: { $0 != 1 })
    else { return }
    let obstacle = UpgradeObstacle(
      layer: "",
      reason:
        "Keras \(generation.version) ran on Theano too, which goes through kernels backwards, and nothing "
        + "says on what this model ran: pass --source-backend tensorflow or --source-backend theano")
    if !obstacles.contains(obstacle) { obstacles.append(obstacle) }
  }

  /// Theano pads for `"same"` by half of the window on either side, TensorFlow by as much as the windows
  /// need: the two agree where strides are 1 and windows odd, and for some sizes of the input.
  private func checkPadding(_ layer: Layer) {
    let config = layer.config
    guard generation.flipsKernels == true else { return }
    // The convolution over the state of a ConvLSTM is always padded so.
    let sizes = config.object["kernel_size"].map { $0.arrayValue ?? [$0] } ?? []
    if config.className.hasPrefix("ConvLSTM"),
      !sizes.allSatisfy({ !($0.wholeNumber ?? 0).isMultiple(of: 2) })
    {
      refuse(
        layer, "its kernel has an even size, for which Theano pads the state in another way than Keras 3")
      return
    }
    guard config.object["padding"] == "same" else { return }
    let isPooling = config.object["pool_size"] != nil
    guard !isPooling, let input = layer.knownInputShapes.first, Self.padsAlike(config, input) else {
      refuse(layer, "its padding is \"same\", for which Theano pads in another way than Keras 3")
      return
    }
  }

  private static func padsAlike(_ config: LayerConfig, _ input: PartialShape) -> Bool {
    guard let format = try? config.dataFormat() else { return false }
    // A recurrent convolution has a time step in front.
    let frames = config.className.hasPrefix("ConvLSTM") ? 1 : 0
    let sizes = format.spatial(PartialShape([input.batch] + input.dimensions.dropFirst(1 + frames)))
    guard let kernel = try? config.sizes("kernel_size", rank: sizes.count),
      let strides = try? config.sizes("strides", rank: sizes.count, default: 1),
      let dilations = try? config.sizes("dilation_rate", rank: sizes.count, default: 1)
    else { return false }
    return sizes.indices.allSatisfy { axis in
      guard let reach = CheckedSize(kernel[axis]).minus(1).times(dilations[axis]).value else { return false }
      if strides[axis] == 1 { return reach.isMultiple(of: 2) }
      guard let size = sizes[axis],
        let last = CheckedSize(size).minus(1).divided(by: strides[axis]).times(strides[axis]).value,
        let missing = CheckedSize(last).plus(reach).plus(1).minus(size).value
      else { return false }
      return CheckedSize(max(missing, 0)).divided(by: 2) == CheckedSize(reach).plus(1).divided(by: 2)
    }
  }

  // MARK: Functions

  /// A function by its name, in Keras 3's words.
  func activation(_ value: JSONValue, _ layer: Layer) -> JSONValue {
    let name = value.stringValue ?? value["config"]?.stringValue
    guard let name else {
      guard let className = value["class_name"]?.stringValue, value["config"]?.objectValue != nil else {
        if !value.isNull { refuse(layer, "its activation is \(value.pythonText().prefix(60))") }
        return value
      }
      return activationLayer(value, className, layer)
    }
    if KerasObjects.activations.contains(name) { return .string(name) }
    if let replacement = replacement(for: layer) ?? options.replacements[name] {
      usedReplacements.insert(name)
      note(.unproved, layer, "the activation \(name.clipped) is \(replacement) now, as --replace says")
      return .string(replacement)
    }
    if name == "<lambda>" {
      refuse(
        layer,
        "its activation is Python code without a name: --replace \(layer.name)=activation:NAME says "
          + "what it is"
      )
      return value
    }
    note(
      .unproved, layer,
      "the activation \(name.clipped) is not of Keras: pass it to load_model in custom_objects")
    return .string(name)
  }

  /// A layer as a function, such as `{"class_name": "LeakyReLU", "config": {"alpha": 0.2}}`.
  private func activationLayer(_ value: JSONValue, _ className: String, _ layer: Layer) -> JSONValue {
    do throws(ArchitectureError) {
      let inner = try layer.config.context.factory.makeLayer(value, at: layer.place.pointer)
      return .object(form(of: inner, isNested: true))
    } catch {
      note(.unproved, layer, "the activation \(className.clipped) is not of Keras: pass it in custom_objects")
      return value
    }
  }
}
