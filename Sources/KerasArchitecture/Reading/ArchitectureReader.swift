package import OrderedJSON
import SignalGraph

/// A reader of the descriptions of models: Keras's own JSON or the short form.
package enum ArchitectureReader {
  /// Reads a model.
  ///
  /// - Parameters:
  ///   - document: the output of `model.to_json()`, or a file's `model_config`, or the short form.
  ///   - kerasVersion: the version in the file that the document comes from, if any.
  ///   - backend: the backend in the file that the document comes from, if any.
  ///   - target: the version that is to load the result, if it differs.
  ///   - hasShortIntegers: whether it is for a backend whose integers have 32 bits: JAX.
  ///   - template: an existing weight file of the same model, for layers of unknown classes.
  ///   - overrides: changes to configurations.
  /// - Returns: the model, complete up to the values of its weights.
  /// - Throws: what is wrong with the document, and where.
  package static func read(
    _ document: JSONValue, kerasVersion: String? = nil, backend: String? = nil, target: String? = nil,
    hasShortIntegers: Bool = false,
    like template: WeightTemplate? = nil, overrides: [ConfigOverride] = []
  ) throws(ArchitectureError) -> Architecture {
    guard document.objectValue != nil else {
      throw ArchitectureError(
        at: .root,
        "expected a model: an object with `class_name` and `config`, or with `layers`; found "
          + document.kindDescription)
    }
    guard ShortForm.matches(document) else {
      var generation = try KerasGeneration(of: document, hint: kerasVersion).targeting(target)
        .running(on: backend ?? document["backend"]?.stringValue)
      generation.hasShortIntegers = hasShortIntegers
      return try construct(try changed(document, overrides), generation, template)
    }
    let translation = try ShortForm.translate(document)
    do throws(ArchitectureError) {
      var generation = try KerasGeneration.keras3.targeting(target)
      generation.hasShortIntegers = hasShortIntegers
      return try construct(
        try changed(translation.document, overrides), generation, template,
        sources: translation.sources)
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
      Architecture(
        document: document, generation: generation, model: model.node(), events: builder.log.events,
        signals: signals, sources: sources)
    }
    if let template, let model = try builder.makeStoredModel(document, template) {
      return architecture(model, SignalGraph(), nil)
    }
    let model = try builder.makeLayer(document, at: .root)
    guard let form = model.kind.modelForm else {
      throw model.place.error("expected a model: a Sequential or a Functional")
    }
    let call = try firstCall(of: model, document, isShortForm: sources != nil)
    let results = try model.call(call)
    var signals = SignalGraph()
    // The input layers of a graph are sources themselves.
    let inputs = form == .graph ? [] : call.inputs
    let nodes = inputs.map { _ in signals.append(.source, layer: model.name, inputs: []) }
    _ = try model.kind.emitSignals(
      SignalCall(layer: model, call: call, inputs: nodes, outputCount: results.count), to: &signals)
    return architecture(model, signals, sources)
  }

  /// The call of a model with the inputs that it, or its `build_config`, declares.
  private static func firstCall(
    of model: Layer, _ document: JSONValue, isShortForm: Bool
  ) throws(ArchitectureError) -> LayerCall {
    if !model.kind.defaultInputs.isEmpty { return LayerCall(place: model.place, model.kind.defaultInputs) }
    if let shape = PartialShape(json: document["build_config"]?["input_shape"]) {
      return LayerCall(place: model.place, shape)
    }
    guard !isShortForm else {
      throw ArchitectureError(
        at: .root, "the shape of the input is missing: add `input_shape`, such as [784]")
    }
    throw model.place.error(
      "the model has no input shape; add an InputLayer with `batch_shape`, or save the JSON after "
        + "`model.build(…)`")
  }
}
