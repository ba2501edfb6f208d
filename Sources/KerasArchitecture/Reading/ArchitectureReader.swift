package import OrderedJSON
import SignalGraph

/// Reads the description of a model: Keras's own JSON or the short form.
package enum ArchitectureReader {
  /// - Parameters:
  ///   - document: what `model.to_json()` prints, or a file's `model_config`, or the short form.
  ///   - kerasVersion: the version that the surrounding file names, if the document comes out of one.
  ///   - target: the version that is to load the result, if that is another one.
  ///   - template: a weight file of the same model, for layers that are not known.
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
      return try read(try changed(document, overrides), generation, template)
    }
    let translation = try ShortForm.translate(document)
    do throws(ArchitectureError) {
      return try read(
        try changed(translation.document, overrides), try .keras3.targeting(target), template,
        shortForm: translation)
    } catch {
      throw ArchitectureError(
        at: translation.sourcePointer(error.pointer), layer: error.layer, error.reason)
    }
  }

  private static func changed(
    _ document: JSONValue, _ overrides: [ConfigOverride]
  ) throws(ArchitectureError) -> JSONValue {
    var document = document
    for override in overrides {
      do throws(ConfigOverrideError) { document = try override.applied(to: document) } catch {
        throw ArchitectureError(at: .root, "--set: \(error)")
      }
    }
    return document
  }

  private static func read(
    _ document: JSONValue, _ generation: KerasGeneration, _ template: WeightTemplate?,
    shortForm: ShortForm.Translation? = nil
  ) throws(ArchitectureError) -> Architecture {
    let builder = ModelBuilder(
      generation: generation, dialect: generation.dialect(for: document), template: template)
    if let template, let model = try builder.makeStoredModel(document, template) {
      return Architecture(
        document: document, generation: generation, model: model.node(), events: builder.events,
        signals: builder.signals, shortForm: nil)
    }
    let model = try builder.makeLayer(document, at: .root)
    guard let kind = model.kind as? any ModelKind else {
      throw model.place.error("expected a model: a Sequential or a Functional")
    }
    let inputs: LayerCall
    if !kind.defaultInputs.isEmpty {
      inputs = LayerCall(place: model.place, kind.defaultInputs)
    } else if let shape = PartialShape(json: document["build_config"]?["input_shape"]) {
      inputs = LayerCall(place: model.place, shape)
    } else {
      guard shortForm == nil else {
        throw ArchitectureError(
          at: .root, "the shape of the input is missing: add `input_shape`, such as [784]")
      }
      throw model.place.error(
        "the model does not tell the shape of its input; add an InputLayer with `batch_shape`, or save the "
          + "JSON after `model.build(…)`")
    }
    _ = try model.call(inputs)
    // A functional model's input layers are sources themselves.
    let sources = kind is FunctionalModel ? [] : inputs.inputs
    _ = try kind.emitSignals(
      inputs, inputs: sources.map { _ in builder.signals.append(.source, layer: model.name, inputs: []) })
    return Architecture(
      document: document, generation: generation, model: model.node(), events: builder.events,
      signals: builder.signals, shortForm: shortForm)
  }
}
