import Tensors

/// BIA001.
enum NonZeroBias: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "BIA001", name: "non-zero-bias", severity: .note,
    summary: "A bias of a fresh model is drawn at random.",
    rationale:
      "Random biases add noise that no input causes; zeros are as good, but before an output or in a gate.",
    remedy: "declare \"bias_initializer\": \"zeros\"", source: "Goodfellow et al. (2016), §8.4")

  static let examples: [RuleExample] = [
    .found(
      "a random bias",
      [
        ExampleTensor(
          "d/bias", .bias, [16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "a declared constant",
      [
        ExampleTensor(
          "d/bias", .bias, [16], .constant(0.1), initializer: "Constant", declared: .constant(0.1))
      ], assumed: .fresh),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.role == .bias, tensor.isMeasurable, tensor.declaredConstants.isEmpty,
      let initializer = tensor.declaration?.initializer, tensor.measurements.constant == nil
    else { return nil }
    return Finding(
      descriptor, tensor,
      "\(initializer) gives it an RMS of \(Numbers.short(tensor.measurements.rootMeanSquare))")
  }
}
