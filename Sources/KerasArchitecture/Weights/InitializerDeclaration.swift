package import OrderedJSON

/// An initializer as a layer declares it, not yet understood.
package struct InitializerDeclaration: Sendable, Hashable {
  /// As spelt: `glorot_uniform`, `GlorotUniform`, `VarianceScaling` …
  package let className: String
  package let config: JSONObject
  /// Where it stands; defaults point at their layer.
  package let place: LayerPlace
  package let pointer: JSONPointer

  package init(className: String, config: JSONObject, place: LayerPlace, pointer: JSONPointer) {
    self.className = className
    self.config = config
    self.place = place
    self.pointer = pointer
  }
}

/// The axes over which an initializer takes fan-in and fan-out, where a layer knows better than the rule for
/// its rank (Keras's `input_axes` and `output_axes`, since 3.15).
package struct FanAxes: Sendable, Hashable {
  package let input: [Int]
  package let output: [Int]

  package init(input: [Int], output: [Int]) {
    self.input = input
    self.output = output
  }
}

/// How fan-in and fan-out follow from a weight's shape.
package enum FanRule: Sendable, Hashable {
  /// A matrix is (in, out), a kernel of higher rank (receptive field …, in, out).
  case byRank
  /// The products of the sizes of these axes.
  case axes(FanAxes)
  /// Both are the root of the number of elements: what Keras 1 and multi-backend Keras 2 take for shapes that they
  /// assume nothing of.
  case squareRoot
}

/// One step of a model's construction that may take a default seed, in the order in which Keras runs them.
package enum ConstructionEvent: Sendable, Hashable {
  case initializer(InitializerDeclaration)
  /// A `keras.random.SeedGenerator` made from this `seed`; `nil` if none was given.
  case seedGenerator(seed: JSONValue?)
  /// A generator of tf.keras, which takes its seed when its layer is built: before the variable of this number
  /// is created.
  case builtGenerator(seed: JSONValue?, beforeWeight: Int)
}

/// An initializer among the construction events.
package struct InitializerReference: Sendable, Hashable {
  package let eventIndex: Int
}
