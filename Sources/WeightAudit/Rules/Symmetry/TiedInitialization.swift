import SignalGraph
import Tensors
import Text

/// SYM007.
enum TiedInitialization: Rule {
  static let descriptor = RuleDescriptor(
    "SYM007", "tied-initialization", formerNames: ["tied-initialisation"], severity: .error,
    remedy: .all(.separateSeeds),
    .init(
      summary: "Two tensors hold, or will hold, the same values.",
      rationale:
        "Layers that start equal are not independent: one initializer object or seed was used for both.",
      source: "Keras 2.11 to 2.15 warn of it; Keras 3 does not"))

  static var consequences: [any Rule.Type] {
    [SharedStream.self]
  }

  private static func tied(_ stream: String, _ other: String) -> ExampleNetwork {
    ExampleNetwork([.dense(gain: 1, stream: stream), .activation(.tanh), .dense(gain: 1, stream: other)])
  }

  static let examples: [RuleExample] = [
    .found(
      "two kernels of one seed",
      [
        ExampleTensor("a/kernel", .kernel, [8, 8], .normal(seed: 1, deviation: 1)),
        ExampleTensor("b/kernel", .kernel, [8, 8], .normal(seed: 1, deviation: 1)),
      ], assumed: .fresh),
    .found("two equal layers declared with one seed", .declarations(tied("3", "3"))),
    .passed("two equal layers declared with two seeds", .declarations(tied("3", "4"))),
    .passed(
      "kernels of two seeds",
      [
        ExampleTensor("a/kernel", .kernel, [8, 8], .normal(seed: 1, deviation: 1)),
        ExampleTensor("b/kernel", .kernel, [8, 8], .normal(seed: 2, deviation: 1)),
      ], assumed: .fresh),
    .passed(
      "biases of zeros",
      [
        ExampleTensor("a/bias", .bias, [8], .constant(0)), ExampleTensor("b/bias", .bias, [8], .constant(0)),
      ], assumed: .fresh),
  ]

  static func judge(_ model: AuditedModel) -> [Finding] {
    var first: [Key: AuditedTensor] = [:]
    var findings: [Finding] = []
    for tensor in model.tensors where isComparable(tensor) {
      let key = Key(
        dtype: tensor.spec.dtype.rawValue, count: tensor.spec.elementCount, tensor.measurements.fingerprint)
      guard let earlier = first[key] else {
        first[key] = tensor
        continue
      }
      findings.append(
        Finding(
          descriptor, at: .tensor(tensor),
          "its \(NumberText.count(tensor.spec.elementCount)) values are those of `\(earlier.name)`: one "
            + "initializer or seed was used for both",
          severity: severity(tensor, earlier, model)))
    }
    return findings
  }

  static func judge(_ declarations: WeightedGraph) -> [Finding] {
    declarations.repeatedStreams.compactMap { first, second in
      guard first.shape == second.shape, first.expectation == second.expectation else { return nil }
      return Finding(
        descriptor, at: .layer(second.layer),
        "`\(second.name)` will be equal to `\(first.name)`: one seed for both", severity: .warning)
    }
  }

  private static func severity(
    _ tensor: AuditedTensor, _ earlier: AuditedTensor, _ model: AuditedModel
  ) -> Severity {
    // Keras's own ReversibleEmbedding fills both of its tables so.
    if tensor.layer == earlier.layer, tensor.role == .embeddings { return .note }
    // A file without an architecture may store a variable once for each layer that holds it.
    if model.state.value == .unknown || isCopyOfModel(tensor, earlier) { return .note }
    // A copy that is not trained is meant to be one, and Keras stores a wrapped layer's kernel twice.
    if !tensor.isTrainable || !earlier.isTrainable || isHeldTwice(tensor, earlier) { return .note }
    // After training, target networks and averages hold copies.
    return model.isFresh(tensor) ? .error : .warning
  }

  /// Whether the same layer of two submodels holds them, as in a target network.
  private static func isCopyOfModel(_ tensor: AuditedTensor, _ earlier: AuditedTensor) -> Bool {
    guard let one = tensor.submodel, let other = earlier.submodel, one != other else { return false }
    return tensor.layer.dropFirst(one.count) == earlier.layer.dropFirst(other.count)
  }

  /// Whether a layer and one around it hold them.
  private static func isHeldTwice(_ tensor: AuditedTensor, _ earlier: AuditedTensor) -> Bool {
    let (one, other) = (
      tensor.path.split(separator: "/").dropLast(2), earlier.path.split(separator: "/").dropLast(2)
    )
    return !one.isEmpty && !other.isEmpty && one.count != other.count
      && (one.starts(with: other) || other.starts(with: one))
  }

  private struct Key: Hashable {
    let dtype: String
    let count: Int
    let fingerprint: Fingerprint

    init(dtype: String, count: Int, _ fingerprint: Fingerprint) {
      (self.dtype, self.count, self.fingerprint) = (dtype, count, fingerprint)
    }
  }

  private static func isDrawn(_ tensor: AuditedTensor) -> Bool {
    tensor.declaration?.expectations.contains { expectation in
      if case .constant = expectation.family { false } else { true }
    } == true
  }

  /// Tables that are computed, as an identity, are the same wherever they are used; and vectors that start at
  /// one value stay the same where branches are added, whose gradients are the same.
  private static func isComparable(_ tensor: AuditedTensor) -> Bool {
    guard tensor.isTable || isDrawn(tensor), tensor.isOfModel, tensor.isMeasurable, tensor.role != .statistic,
      tensor.measurements.constant == nil,
      tensor.measurements.hasThreeValues, tensor.measurements.count > 3
    else { return false }
    return tensor.declaration?.expectations.contains { $0.family == .structured } != true
  }
}
