package import KerasArchitecture
package import RandomStreams
package import Tensors

/// A weight with everything that decides its values.
package struct PlannedWeight: Sendable {
  /// The part of a weight that one call of an initializer fills.
  package struct Part: Sendable {
    package let initializer: any Initializer
    package let target: InitializerTarget
    package let transform: WeightDeclaration.Transform
    /// `nil` for initializers that draw nothing.
    package let seed: StreamSeed?
    /// Whether the seed comes from the model's rather than from the declaration.
    package let isSeedDrawn: Bool
  }

  package let declaration: WeightDeclaration
  package let parts: [Part]
  package let source: TensorSource
  /// By what the drawn values are multiplied.
  package private(set) var factor = 1.0

  package init(declaration: WeightDeclaration, parts: [Part], source: TensorSource) {
    self.declaration = declaration
    self.parts = parts
    self.source = source
  }

  /// The initializers, each once: `GlorotUniform`, `Zeros + Ones`.
  package var initializerSummary: String {
    var summaries: [String] = []
    for part in parts where !summaries.contains(part.initializer.summary) {
      summaries.append(part.initializer.summary)
    }
    return summaries.joined(separator: " + ")
  }

  /// How far Keras's own values may be from these.
  package var tolerance: Double {
    (parts.map { $0.initializer.tolerance($0.target.dtype) }.max() ?? 0) * factor
  }

  /// The seed of the first part that has one.
  package var seed: StreamSeed? { parts.lazy.compactMap(\.seed).first }

  /// What the values look like; `nil` if they are put together from different initializers.
  package var expectation: ValueExpectation? {
    guard parts.count == 1, parts[0].transform == .none else { return nil }
    return parts[0].initializer.expectation(for: parts[0].target).scaled(by: factor)
  }

  /// The weight with its values times a factor.
  package func scaled(by factor: Double) -> PlannedWeight {
    var result = PlannedWeight(
      declaration: declaration, parts: parts,
      source: ElementTransform.scaled(factor).applied(to: source, declaration.spec.dtype))
    result.factor = self.factor * factor
    return result
  }
}
