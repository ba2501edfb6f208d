import Tensors

/// SYM002.
enum ConstantWeights: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "SYM002", name: "constant-kernel", summary: "All weights of a kernel have one value other than 0.",
    rationale: "All units compute the same and, up to the weights behind them, learn the same.",
    remedy:
      "declare \"he_normal\" (ReLU family) or \"glorot_uniform\" (tanh, sigmoid) and run wtool init --only LAYER",
    source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4; Rumelhart, Hinton & Williams, 1986",
    explains: consequences)

  static let consequences = [
    "SYM003", "SYM004", "SYM005", "SYM006", "SYM007", "SYM008", "DEC001", "DEC002", "DEC004", "DEC005",
    "DST001",
    "DST002", "DST003", "SCL003", "SCL005", "DED002", "DED003",
  ]

  static let examples: [RuleExample] = [
    .found("all weights 0.01", [ExampleTensor("d/kernel", .kernel, [8, 8], .constant(0.01))]),
    .passed(
      "one weight differs",
      [
        ExampleTensor("d/kernel", .kernel, [8, 8], .constant(0.01)) { $0[3] = 0.02 }
      ]),
    .passed("a single weight", [ExampleTensor("d/kernel", .kernel, [1, 1], .constant(0.01))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, let value = tensor.measurements.constant, value != 0, tensor.measurements.count > 1
    else { return nil }
    let count = "all \(Numbers.count(tensor.measurements.count)) weights are \(Numbers.short(value))"
    func finding(_ severity: Severity, _ consequence: String) -> Finding {
      Finding(
        descriptor, tensor, "\(count)\(consequence)", severity: severity,
        evidence: [.init("value", value)], isProof: true)
    }
    guard let surroundings = tensor.surroundings else { return finding(.warning, ": its units are equal") }
    guard surroundings.isHidden else { return finding(.note, ": a last layer may start so") }
    let next = surroundings.nextKernels.map { model.tensors[$0] }
    if !next.isEmpty, next.allSatisfy({ $0.measurements.constant != nil }) {
      return finding(
        .error,
        ", and those of `\(next[0].name)` behind it are equal too: its units get the same gradient for ever")
    }
    return finding(.warning, ": its units are equal until the weights behind them tell them apart")
  }
}
