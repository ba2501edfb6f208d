package import OrderedJSON
package import SignalGraph

/// A model as its document describes it, complete up to the values of its weights.
package struct Architecture: Sendable {
  /// The document that Keras can load: as given, or made from the short form.
  package let document: JSONValue
  package let generation: KerasGeneration
  /// The model itself; its layers are its children.
  package let model: LayerNode
  /// What may take a seed, in Keras's order.
  package let events: [ConstructionEvent]
  package let signals: SignalGraph
  /// Where the parts of a document that was made stand in what was given.
  let shortForm: ShortForm.Translation?

  /// The place in what was given of a place in `document`.
  package func sourcePointer(_ pointer: JSONPointer) -> JSONPointer {
    shortForm?.sourcePointer(pointer) ?? pointer
  }

  /// The top-level layers, in the order of Keras's `model.layers`.
  package var layers: [LayerNode] { model.children.first { $0.attribute == "layers" }?.nodes ?? [] }

  /// Every weight once, in the order of `model.weights`.
  package var weights: [WeightDeclaration] { model.weights }

  package func initializer(_ reference: InitializerReference) -> InitializerDeclaration? {
    guard case .initializer(let declaration) = events[reference.eventIndex] else { return nil }
    return declaration
  }
}
