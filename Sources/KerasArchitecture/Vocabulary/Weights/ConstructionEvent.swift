package import OrderedJSON

/// One step of a model's construction that may take a default seed.
package enum ConstructionEvent: Sendable, Hashable {
  case initializer(InitializerDeclaration)
  /// A `keras.random.SeedGenerator` made from this `seed`; `nil` if none was given.
  case seedGenerator(seed: JSONValue?, place: LayerPlace)
  /// A generator of tf.keras, which takes its seed when its layer is built: before the variable of this index
  /// is created.
  case builtGenerator(seed: JSONValue?, beforeWeight: Int, place: LayerPlace)

  /// The layer that takes the step.
  package var place: LayerPlace {
    switch self {
    case .initializer(let declaration): declaration.place
    case .seedGenerator(_, let place), .builtGenerator(_, _, let place): place
    }
  }
}

/// A reference to an initializer among the construction events.
package struct InitializerReference: Sendable, Hashable {
  package let eventIndex: Int
}
