import Failures
package import OrderedJSON
import SignalGraph
import Tensors

/// A reader of the descriptions of models: Keras's own JSON or the short form.
package enum ArchitectureReader {
  /// Reads a model.
  ///
  /// - Parameters:
  ///   - document: the output of `model.to_json()`, or a file's `model_config`, or the short form.
  ///   - kerasVersion: the version in the file that the document comes from, if any.
  ///   - backend: the backend in the file that the document comes from, if any.
  ///   - target: the version that is to load the result, if it differs.
  ///   - hasShortIntegers: whether it is for a backend whose integers have 32 bits: any but TensorFlow.
  ///   - template: an existing weight file of the same model, for layers of unknown classes.
  ///   - overrides: changes to configurations.
  ///   - inputShapes: shapes of inputs that the document lacks.
  /// - Returns: the model, complete up to the values of its weights.
  /// - Throws: what is wrong with the document, and where.
  package static func read(
    _ document: JSONValue, kerasVersion: String? = nil, backend: String? = nil, target: String? = nil,
    hasShortIntegers: Bool = false,
    like template: WeightTemplate? = nil, overrides: [ConfigOverride] = [], inputShapes: [InputShape] = []
  ) throws(ArchitectureError) -> Architecture {
    guard document.objectValue != nil else {
      throw ArchitectureError(
        at: .root,
        "expected a model: an object with `class_name` and `config`, or with `layers`; found "
          + document.kindDescription)
    }
    let document = try shaped(document, inputShapes, hint: kerasVersion)
    guard ShortForm.matches(document) else {
      var generation = try KerasGeneration(of: document, hint: kerasVersion).targeting(target)
        .running(on: backend ?? document["backend"]?.stringValue)
      generation.hasShortIntegers = hasShortIntegers
      return try construct(document, changedBy: overrides, generation, template)
    }
    let translation = try ShortForm.translate(document)
    do throws(ArchitectureError) {
      var generation = try KerasGeneration.keras3.targeting(target)
      generation.hasShortIntegers = hasShortIntegers
      return try construct(
        translation.document, changedBy: overrides, generation, template, sources: translation.sources)
    } catch {
      throw error.moved(to: translation.sources.source(of: error.pointer))
    }
  }

  /// A model as another Keras stored its weights: with that one's arithmetic.
  ///
  /// - Parameters:
  ///   - architecture: the model.
  ///   - kerasVersion: the other Keras.
  ///   - backend: its backend, if that is known.
  ///   - template: an existing weight file of the same model, for layers of unknown classes.
  /// - Returns: `nil` if that version is none that is known, or computes alike.
  package static func architecture(
    _ architecture: Architecture, asStoredBy kerasVersion: String, backend: String?,
    like template: WeightTemplate?
  ) -> Architecture? {
    guard let other = KerasGeneration(version: kerasVersion)?.running(on: backend) else { return nil }
    let generation = architecture.generation.computing(as: other)
    guard generation != architecture.generation else { return nil }
    return try? construct(architecture.document, generation, template)
  }

  /// Puts a model of Keras 1 or 2 into Keras 3's own form.
  ///
  /// - Parameters:
  ///   - document: the output of `model.to_json()`, or a file's `model_config`.
  ///   - generation: the Keras that wrote it.
  ///   - template: an existing weight file of the same model, for layers of unknown classes.
  ///   - options: what the user decides.
  /// - Returns: the new document, what has changed, and what stands against it.
  /// - Throws: what is wrong with the document, and where.
  package static func upgrade(
    _ document: JSONValue, of generation: KerasGeneration, like template: WeightTemplate? = nil,
    _ options: ModelUpgrade.Options = .init()
  ) throws(ArchitectureError) -> ModelUpgrade {
    guard !generation.isKeras3 else { return ModelUpgrade(document: document, changes: [], obstacles: []) }
    let builder = ModelBuilder(
      generation: generation, dialect: generation.dialect(for: document), template: template,
      isDescriptive: template == nil)
    let model = try builder.makeLayer(document, at: .root)
    guard model.kind.modelForm != nil else {
      throw model.place.error("expected a model: a Sequential or a Functional")
    }
    if !model.kind.defaultInputs.isEmpty {
      _ = try model.call(LayerCall(place: model.place, model.kind.defaultInputs))
    }
    let upgrader = ModelUpgrader(generation, options, document, hasWeights: template != nil)
    var object = upgrader.form(of: model)
    object["keras_version"] = .string(KerasGeneration.keras3.version)
    return ModelUpgrade(
      document: .object(object), changes: upgrader.changes, obstacles: upgrader.obstacles,
      unusedReplacements: upgrader.unusedReplacements)
  }

  /// The document with shapes of inputs that it lacks.
  ///
  /// - Parameters:
  ///   - document: a model's.
  ///   - inputShapes: the shapes.
  ///   - version: the Keras version in the file that the document comes from, if any.
  /// - Returns: the document, complete as far as shapes are given.
  /// - Throws: an input that the model does not have, or that has another shape.
  package static func shaped(
    _ document: JSONValue, _ inputShapes: [InputShape], hint version: String?
  ) throws(ArchitectureError) -> JSONValue {
    let generation = ShortForm.matches(document) ? .keras3 : KerasGeneration(of: document, hint: version)
    do throws(ConfigOverrideError) {
      return try InputShapes.applied(inputShapes, to: document, generation)
    } catch {
      throw ArchitectureError(at: .root, "--input-shape \(error)", kind: error.kind)
    }
  }

  /// Constructs the model of a document with changes. Sizes that are changed put those out of date for which
  /// layers were built.
  private static func construct(
    _ document: JSONValue, changedBy overrides: [ConfigOverride], _ generation: KerasGeneration,
    _ template: WeightTemplate?, sources: SourceMap? = nil
  ) throws(ArchitectureError) -> Architecture {
    let document = try changed(document, overrides)
    do throws(ArchitectureError) {
      return try construct(document, generation, template, sources: sources)
    } catch {
      guard !overrides.isEmpty,
        let architecture = try? construct(
          BuildConfigs.removed(from: document), generation, template, sources: sources)
      else { throw error }
      return architecture
    }
  }

  private static func changed(
    _ document: JSONValue, _ overrides: [ConfigOverride]
  ) throws(ArchitectureError) -> JSONValue {
    var document = document
    for override in overrides {
      do throws(ConfigOverrideError) { document = try override.applied(to: document).document } catch {
        throw ArchitectureError(at: .root, "--set: \(error)", kind: error.kind)
      }
    }
    return document
  }

  /// Constructs the model of a document that Keras can load; `sources` has the places in the short form, if
  /// the document was made from that.
  private static func construct(
    _ document: JSONValue, _ generation: KerasGeneration, _ template: WeightTemplate?,
    sources: SourceMap? = nil
  ) throws(ArchitectureError) -> Architecture {
    let builder = ModelBuilder(
      generation: generation, dialect: generation.dialect(for: document), template: template)
    func architecture(_ model: Layer, _ signals: SignalGraph, _ sources: SourceMap?) -> Architecture {
      let node = model.node()
      let completed = completed(document, by: node, generation)
      let isInferred = node.inputShapes.contains(where: \.isUnknown)
      return Architecture(
        document: completed ?? document, generation: generation, model: node, events: builder.log.events,
        signals: signals,
        inferredInput: isInferred && completed != nil ? node.firstLeaf.inputShapes.first : nil,
        lacksInputShape: completed == nil, sources: sources)
    }
    if let template, let model = try builder.makeStoredModel(document, template) {
      return architecture(model, SignalGraph(), nil)
    }
    let model = try builder.makeLayer(document, at: .root)
    guard let form = model.kind.modelForm else {
      throw model.place.error("expected a model: a Sequential or a Functional")
    }
    let call = try firstCall(
      of: model, document, hasTemplate: template != nil, isShortForm: sources != nil)
    let results = try model.call(call)
    var signals = SignalGraph()
    // The input layers of a graph are sources themselves.
    let inputs = form == .graph ? [] : call.inputs
    let nodes = inputs.map { _ in signals.append(.source, layer: model.name, inputs: []) }
    _ = try model.kind.emitSignals(
      SignalCall(layer: model, call: call, inputs: nodes, outputCount: results.count), to: &signals)
    return architecture(model, signals, sources)
  }

  /// The document of a model, with the shape of its input where the weights of a file told that.
  ///
  /// - Returns: `nil` if the shape is not known.
  private static func completed(
    _ document: JSONValue, by model: LayerNode, _ generation: KerasGeneration
  ) -> JSONValue? {
    guard model.inputShapes.contains(where: \.isUnknown) else { return document }
    guard let shape = model.firstLeaf.inputShapes.first, !shape.isUnknown else { return nil }
    let given = InputShape(sizes: Array(shape.dimensions.dropFirst()))
    guard let result = try? InputShapes.applied([given], to: document, generation) else { return nil }
    // Behind a Flatten Keras needs sizes that no weight in front of it tells, and axes that the first layer
    // does not.
    let rebuilt: Architecture
    do throws(ArchitectureError) { rebuilt = try construct(result, generation, nil) } catch {
      return error.kind == .unsupported ? result : nil
    }
    guard rebuilt.weights.map(\.spec.shape) == model.weights.map(\.spec.shape) else { return nil }
    // Some layers of Keras need every size, though their weights do not.
    let needsSizes = rebuilt.model.allNodes.contains { node in
      (node.className.hasPrefix("ConvLSTM") || node.className == "EinsumDense")
        && node.inputShapes.contains { $0.dimensions.dropFirst().contains(nil) }
    }
    if needsSizes { return nil }
    return result
  }

  /// The call of a model with the inputs that it, or its `build_config`, declares. With an existing file, its
  /// weights may tell the shapes.
  private static func firstCall(
    of model: Layer, _ document: JSONValue, hasTemplate: Bool, isShortForm: Bool
  ) throws(ArchitectureError) -> LayerCall {
    if !model.kind.defaultInputs.isEmpty { return LayerCall(place: model.place, model.kind.defaultInputs) }
    if let shape = PartialShape(json: document["build_config"]?["input_shape"]) {
      return LayerCall(place: model.place, shape)
    }
    if hasTemplate { return LayerCall(place: model.place, .unknown) }
    guard !isShortForm else {
      throw ArchitectureError(
        at: .root,
        "the shape of the input is missing: add `input_shape`, such as [784], or pass --input-shape 784")
    }
    throw model.place.error(
      "the description does not say the shape of the model's input; give it with --input-shape, such as "
        + "--input-shape 784, without the batch's size")
  }
}
