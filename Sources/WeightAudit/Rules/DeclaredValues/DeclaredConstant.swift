import Tensors

/// DEC003.
enum DeclaredConstant: TensorRule {
  static let descriptor = RuleDescriptor(
    "DEC003", "declared-constant", severity: .note,
    remedy: .any(.redraw, .advice("declare the value that it holds")),
    .init(
      summary: "A bias, scale or statistic of a fresh file differs from its declared value.",
      rationale: "It was changed after initialization, or belongs to another model.",
      source: "Keras: Zeros, Ones, Constant"))

  static var consequences: [any Rule.Type] {
    [NonZeroBias.self]
  }

  static let examples: [RuleExample] = [
    .found(
      "a bias that moved",
      [
        ExampleTensor(
          "d/bias", .bias, [4], .list([0, 0.1, 0, 0]), declared: .constant(0))
      ], assumed: .fresh),
    .passed(
      "a bias of zeros, as declared",
      [
        ExampleTensor("d/bias", .bias, [4], .constant(0), declared: .constant(0))
      ], assumed: .fresh),
    .passed(
      "what `adapt()` has seen of data",
      [
        ExampleTensor(
          "normalization/mean", .statistic, [3], .list([1, 2, 3]), declared: .constant(0))
      ], assumed: .fresh),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.state.value == .fresh, tensor.holdsDeclaredConstants == false, !tensor.isAdapted,
      tensor.isMeasurable, let range = tensor.measurements.range
    else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "values range from \(ReportNumber.short(range.lowerBound)) to \(ReportNumber.short(range.upperBound)), "
        + "but "
        + "\(tensor.declaration?.initializer ?? "a constant") is declared", isProof: true)
  }
}
