package import OrderedJSON
import SignalGraph

/// A reader of the descriptions of models: Keras's own JSON or the short form.
package enum ArchitectureReader {
  /// Reads a model.
  ///
  /// - Parameters:
  ///   - document: the output of `model.to_json()`, or a file's `model_config`, or the short form.
  ///   - kerasVersion: the version in the file that the document comes from, if any.
  ///   - target: the version that is to load the result, if it differs.
  ///   - template: an existing weight file of the same model, for layers of unknown classes.
  ///   - overrides: changes to configurations.
  /// - Returns: the model, complete up to the values of its weights.
  /// - Throws: what is wrong with the document, and where.
  package static func read(
    _ document: JSONValue, kerasVersion: String? = nil, target: String? = nil,
    like template: WeightTemplate? = nil, overrides: [ConfigOverride] = []
  ) throws(ArchitectureError) -> Architecture {
    guard document.objectValue != nil else {
      throw ArchitectureError(
        at: .root,
        "expected a model: an object with `class_name` and `config`, or with `layers`; found "
          + document.kindDescription)
    }
    guard ShortForm.matches(document) else {
      let generation = try KerasGeneration(of: document, hint: kerasVersion).targeting(target)
      return try construct(try changed(document, overrides), generation, template)
    }
    let translation = try ShortForm.translate(document)
    do throws(ArchitectureError) {
      return try construct(
        try changed(translation.document, overrides), try .keras3.targeting(target), template,
        sources: translation.sources)
    } catch {
      throw error.moved(to: translation.sources.source(of: error.pointer))
    }
  }

  private static func changed(
    _ document: JSONValue, _ overrides: [ConfigOverride]
  ) throws(ArchitectureError) -> JSONValue {
    var document = document
    for override in overrides {
      do throws(ConfigOverrideError) { document = try override.applied(to: document) } catch {
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
