package import OrderedJSON
package import SignalGraph

/// A model as its document describes it, complete up to the values of its weights.
package struct Architecture: Sendable {
  /// The document that Keras can load: as given, or made from the short form.
  package let document: JSONValue
  package let generation: KerasGeneration
  /// The model itself; its layers are its children.
  package let model: LayerNode
  /// The initializers and seed generators, which may take a seed, in the order in which Keras makes them.
  package let events: [ConstructionEvent]
  package let signals: SignalGraph
  /// The shape of the model's input as the weights of a file told it; `nil` if the document says it.
  package let inferredInput: PartialShape?
  /// Whether the document does not say the shape of the model's input, so that Keras cannot build it.
  package let lacksInputShape: Bool
  /// The places of the layers in the short form, if that was given.
  let sources: SourceMap?

  /// The place in the given document of a place in `document`.
  package func sourcePointer(_ pointer: JSONPointer) -> JSONPointer {
    sources?.source(of: pointer) ?? pointer
  }

  /// The top-level layers, in the order of Keras's `model.layers`.
  package var layers: [LayerNode] { model.children.first { $0.attribute == "layers" }?.nodes ?? [] }

  /// Every weight once, in the order of `model.weights`.
  package var weights: [WeightDeclaration] { model.weights }

  /// The layers whose functions an older Keras computes otherwise: those with a hard sigmoid, which became
  /// flatter in Keras 3.
  ///
  /// - Parameter kerasVersion: the older Keras.
  /// - Returns: their names; empty if it computes alike, or is not known.
  package func layersComputedOtherwise(by kerasVersion: String) -> [String] {
    guard let other = KerasGeneration(version: kerasVersion), generation.isKeras3, !other.isKeras3 else {
      return []
    }
    func walk(_ layer: LayerNode) -> [String] {
      if let meaning = layer.meaning { return meaning.divisors.isEmpty ? [] : [layer.name] }
      return layer.children.flatMap { $0.nodes.flatMap(walk) }
    }
    return walk(model)
  }

  package func initializer(_ reference: InitializerReference) -> InitializerDeclaration? {
    guard case .initializer(let declaration) = events[reference.eventIndex] else { return nil }
    return declaration
  }
}

extension Architecture {
  /// The first weight that a legacy file does not store, and whose values the description has not either.
  ///
  /// - Parameter known: the creation indices of weights whose values come from elsewhere.
  /// - Returns: `nil` if all values are known.
  package func unknownState(besides known: Set<Int> = []) -> WeightDeclaration? {
    weights.first { weight in
      guard weight.isNamedState, !known.contains(weight.creationIndex), let part = weight.parts.first,
        events.indices.contains(part.initializer.eventIndex),
        case .initializer(let declaration) = events[part.initializer.eventIndex]
      else { return false }
      return declaration.config.members.isEmpty
    }
  }

  /// Whether the description has functions of `keras.ops` that it names without what they do, as an `.h5` of
  /// Keras 3 does.
  package var hasNamelessOperations: Bool {
    generation.isKeras3 && LayerDescription.hasNamelessOperations(document)
  }
}
