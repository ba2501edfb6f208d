package import Tensors

/// What an architecture says of a tensor's values.
package struct TensorDeclaration: Sendable, Hashable {
  /// The standard deviation that one of the usual initializers would give.
  package struct Alternative: Sendable, Hashable {
    /// The initializer's name.
    package let name: String
    package let deviation: Double

    package init(name: String, deviation: Double) {
      self.name = name
      self.deviation = deviation
    }
  }

  /// Consecutive elements that are declared to hold one value.
  package struct ConstantPart: Sendable, Hashable {
    package let count: Int
    package let value: Double

    package init(count: Int, value: Double) {
      self.count = count
      self.value = value
    }
  }

  /// The initializer, as reports name it: `HeNormal`.
  package let initializer: String
  /// The values' distribution; several where versions of Keras disagree about fans. Empty where nothing is
  /// known.
  package let expectations: [ValueExpectation]
  package let alternatives: [Alternative]
  /// The parts of a tensor that is put together from several constants; empty for any other.
  package let constantParts: [ConstantPart]

  package init(
    initializer: String, expectations: [ValueExpectation], alternatives: [Alternative] = [],
    constantParts: [ConstantPart] = []
  ) {
    self.initializer = initializer
    self.expectations = expectations
    self.alternatives = alternatives
    self.constantParts = constantParts
  }
}
