package import KerasArchitecture
import OrderedJSON
package import Tensors

/// What the values of a weight should look like by its declaration, whoever drew them.
package struct ExpectedWeight: Sendable {
  /// The initializer as reports name it: `HeNormal`, `Zeros + Ones`.
  package let initializer: String
  /// The distribution, and others that versions of Keras would have taken; empty where several initializers
  /// that draw make the weight.
  package let expectations: [ValueExpectation]
  /// What parts of the weight hold, if all of it is made of constants.
  package let constantParts: [(count: Int, value: Double)]
  /// The standard deviations that the usual initializers would give.
  package let alternatives: [(name: String, deviation: Double)]

  /// Every weight whose initializer is known, by `WeightDeclaration.creationIndex`.
  ///
  /// - Parameter architecture: the model.
  /// - Returns: weights of unknown or impossible initializers are missing.
  package static func all(of architecture: Architecture) -> [Int: ExpectedWeight] {
    var initializers: [Int: any Initializer] = [:]
    for (index, event) in architecture.events.enumerated() {
      guard case .initializer(let declaration) = event else { continue }
      // Axes that a declaration names itself are Keras's own affair.
      guard declaration.config["input_axes"]?.arrayValue == nil else { continue }
      initializers[index] = try? InitializerCatalog.initializer(declaration, of: architecture.generation)
    }
    var expected: [Int: ExpectedWeight] = [:]
    for weight in architecture.weights where weight.stored?.isGuessed != true {
      expected[weight.creationIndex] = ExpectedWeight(weight, initializers)
    }
    return expected
  }

  /// The same of values that are multiplied by a factor.
  package func scaled(by factor: Double) -> ExpectedWeight {
    ExpectedWeight(
      initializer: initializer, expectations: expectations.map { $0.scaled(by: factor) },
      constantParts: constantParts, alternatives: alternatives)
  }

  private init(
    initializer: String, expectations: [ValueExpectation], constantParts: [(count: Int, value: Double)],
    alternatives: [(name: String, deviation: Double)]
  ) {
    self.initializer = initializer
    self.expectations = expectations
    self.constantParts = constantParts
    self.alternatives = alternatives
  }

  private init?(_ weight: WeightDeclaration, _ initializers: [Int: any Initializer]) {
    let parts = weight.parts.compactMap {
      part -> (initializer: any Initializer, target: InitializerTarget)? in
      guard let initializer = initializers[part.initializer.eventIndex], part.transform == .none,
        let target = try? InitializerTarget(shape: part.shape, dtype: weight.spec.dtype, fans: part.fans),
        initializer.incompatibility(with: target) == nil
      else { return nil }
      return (initializer, target)
    }
    guard let first = parts.first, parts.count == weight.parts.count else { return nil }
    var names: [String] = []
    for part in parts where !names.contains(part.initializer.summary) {
      names.append(part.initializer.summary)
    }
    initializer = names.joined(separator: " + ")
    let constants = parts.compactMap { part -> (count: Int, value: Double)? in
      guard case .constant(let value) = part.initializer.expectation(for: part.target).family else {
        return nil
      }
      return (part.target.count, value)
    }
    constantParts = parts.count > 1 && constants.count == parts.count ? constants : []
    guard parts.count == 1 else {
      (expectations, alternatives) = ([], [])
      return
    }
    // Keras 3.15 changed what EinsumDense and attention count as fans; a file may be of either.
    let byRank = try? InitializerTarget(shape: first.target.shape, dtype: first.target.dtype)
    let all = [first.target, byRank].compactMap { $0 }.map { first.initializer.expectation(for: $0) }
    expectations = all.count == 2 && all[0] == all[1] ? [all[0]] : all
    alternatives = InitializerCatalog.named.map {
      ($0.names[1], $0.init().expectation(for: first.target).standardDeviation)
    }
  }
}
