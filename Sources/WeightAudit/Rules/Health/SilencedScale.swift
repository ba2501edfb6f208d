import Tensors

/// NRM003.
enum SilencedScale: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "NRM003", name: "zero-scale", severity: .note, summary: "Factors of a normalisation are 0.",
    rationale:
      "What it normalises does not come out: a residual branch that starts at zero, or pruned channels.",
    remedy: "nothing, if that is meant; otherwise declare \"gamma_initializer\": \"ones\"",
    source: "Goyal et al., 2017, §5.1")

  static let examples: [RuleExample] = [
    .found("gamma is 0", [ExampleTensor("bn/gamma", .scale, [4], .constant(0))]),
    .passed("gamma is 1", [ExampleTensor("bn/gamma", .scale, [4], .constant(1))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let measured = tensor.measurements
    guard tensor.role == .scale, tensor.isMeasurable, measured.zeroCount > 0 else { return nil }
    let count =
      measured.zeroCount == measured.count
      ? "all \(Numbers.count(measured.count))"
      : "\(Numbers.count(measured.zeroCount)) of \(Numbers.count(measured.count))"
    return Finding(
      descriptor, tensor, "\(count) factors are 0", evidence: [.init("zeros", Double(measured.zeroCount))],
      isProof: true)
  }
}
