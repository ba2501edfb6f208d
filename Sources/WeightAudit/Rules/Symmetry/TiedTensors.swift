import Tensors

/// SYM007.
enum TiedTensors: Rule {
  static let descriptor = RuleDescriptor(
    id: "SYM007", name: "tied-initialisation", severity: .error, summary: "Two tensors hold the same values.",
    rationale:
      "Layers that start equal are not independent: one initializer object, or seed, was used twice.",
    remedy: "give each layer an initializer with a seed of its own, or the string \"glorot_uniform\"",
    source: "Keras 2.11 to 2.15 warn of it; Keras 3 does not", explains: ["SYM008"])

  static let examples: [RuleExample] = [
    .found(
      "two kernels of one seed",
      [
        ExampleTensor("a/kernel", .kernel, [8, 8], .normal(seed: 1, deviation: 1)),
        ExampleTensor("b/kernel", .kernel, [8, 8], .normal(seed: 1, deviation: 1)),
      ], assumed: .fresh),
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

  static func findings(in model: AuditedModel) -> [Finding] {
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
          descriptor, tensor,
          "its \(Numbers.count(tensor.spec.elementCount)) values are those of `\(earlier.name)`: one initializer or seed "
            + "for both",
          severity: severity(tensor, earlier, model)))
    }
    return findings
  }

  private static func severity(
    _ tensor: AuditedTensor, _ earlier: AuditedTensor, _ model: AuditedModel
  ) -> Severity {
    // Keras's own ReversibleEmbedding fills both of its tables so.
    if tensor.layer == earlier.layer, tensor.role == .embeddings { return .note }
    // A file without an architecture may store one variable for each layer that holds it.
    if model.state.value == .unknown || isCopyOfModel(tensor, earlier) { return .note }
    // After training they are what target networks and averages are.
    return model.isFresh(tensor) ? .error : .warning
  }

  /// Whether the same layer of two submodels holds them, as in a target network.
  private static func isCopyOfModel(_ tensor: AuditedTensor, _ earlier: AuditedTensor) -> Bool {
    guard let one = tensor.submodel, let other = earlier.submodel, one != other else { return false }
    return tensor.layer.dropFirst(one.count) == earlier.layer.dropFirst(other.count)
  }

  private struct Key: Hashable {
    let dtype: String
    let count: Int
    let fingerprint: Fingerprint

    init(dtype: String, count: Int, _ fingerprint: Fingerprint) {
      (self.dtype, self.count, self.fingerprint) = (dtype, count, fingerprint)
    }
  }

  /// Tables that are computed, as an identity, are the same wherever they are used.
  private static func isComparable(_ tensor: AuditedTensor) -> Bool {
    guard tensor.isOfModel, tensor.isMeasurable, tensor.role != .statistic,
      tensor.measurements.constant == nil,
      tensor.measurements.hasThreeValues, tensor.measurements.count > 3
    else { return false }
    return tensor.declaration?.expectations.contains { $0.family == .structured } != true
  }
}
