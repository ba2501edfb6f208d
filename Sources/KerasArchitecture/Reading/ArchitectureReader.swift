package import OrderedJSON
import SignalGraph

/// Reads the description of a model: Keras's own JSON or the short form.
package enum ArchitectureReader {
  /// - Parameters:
  ///   - document: what `model.to_json()` prints, or a file's `model_config`, or the short form.
  ///   - kerasVersion: the version that the surrounding file names, if the document comes out of one.
  /// - Returns: the model, complete up to the values of its weights.
  /// - Throws: what is wrong with the document, and where.
  package static func read(
    _ document: JSONValue, kerasVersion: String? = nil
  ) throws(ArchitectureError) -> Architecture {
    guard document.objectValue != nil else {
      throw ArchitectureError(
        at: .root,
        "expected a model: an object with `class_name` and `config`, or with `layers`; found "
          + document.kindDescription)
    }
    guard ShortForm.matches(document) else {
      let generation = try KerasGeneration(of: document, hint: kerasVersion)
      return try read(document, generation)
    }
    let translation = try ShortForm.translate(document)
    do throws(ArchitectureError) {
      return try read(translation.document, .keras3, shortForm: translation)
    } catch {
      throw ArchitectureError(
        at: translation.sourcePointer(error.pointer), layer: error.layer, error.reason)
    }
  }

  private static func read(
    _ document: JSONValue, _ generation: KerasGeneration, shortForm: ShortForm.Translation? = nil
  ) throws(ArchitectureError) -> Architecture {
    let builder = ModelBuilder(generation: generation, dialect: ModernDialect())
    let model = try builder.makeLayer(document, at: .root)
    guard let kind = model.kind as? any ModelKind else {
      throw model.place.error("expected a model: a Sequential or a Functional")
    }
    let inputs: LayerCall
    if let functional = kind as? FunctionalModel {
      inputs = functional.defaultCall
    } else if let shape = kind.knownInput ?? PartialShape(json: document["build_config"]?["input_shape"]) {
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
    let source = builder.signals.append(.source, layer: model.name, inputs: [])
    _ = try kind.emitSignals(inputs, inputs: kind is FunctionalModel ? [] : [source])
    return Architecture(
      document: document, generation: generation, model: model.node(), events: builder.events,
      signals: builder.signals, shortForm: shortForm)
  }
}
