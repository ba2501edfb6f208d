import Tensors

/// BIA001.
enum NonZeroBias: TensorRule {
  static let descriptor = RuleDescriptor(
    "BIA001", "non-zero-bias", severity: .note,
    remedy: .all(.declare("bias_initializer", "zeros")),
    .init(
      summary: "A bias of a fresh model is drawn at random.",
      rationale:
        "A random bias adds noise that depends on no input; zeros train as well, except before an "
        + "output or in a gate.",
      source: "Goodfellow et al. (2016), §8.4"))

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
          "d/bias", .bias, [16], .constant(0.1), declared: .constant(0.1))
      ], assumed: .fresh),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.role == .bias, tensor.isMeasurable, tensor.declaredConstants.isEmpty,
      let initializer = tensor.declaration?.initializer, tensor.measurements.constant == nil
    else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(initializer) gives the bias an RMS of \(ReportNumber.short(tensor.measurements.rootMeanSquare))")
  }
}
