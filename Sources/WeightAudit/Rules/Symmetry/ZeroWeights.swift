import Tensors

/// SYM001.
enum ZeroWeights: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "SYM001", name: "zero-kernel", summary: "A kernel is all zeros.",
    rationale: "All units start equal; behind a ReLU no gradient passes and the layer can never learn.",
    remedy:
      "declare \"he_normal\" (ReLU family) or \"glorot_uniform\" (tanh, sigmoid) and run wtool init --only LAYER",
    source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4",
    explains: ConstantWeights.consequences)

  private static var hidden: AuditedTensor.Surroundings {
    var surroundings = AuditedTensor.Surroundings()
    (surroundings.isHidden, surroundings.feedsReLU) = (true, true)
    return surroundings
  }

  static let examples: [RuleExample] = [
    .found(
      "a hidden ReLU layer of zeros",
      [
        ExampleTensor("d/kernel", .kernel, [8, 8], .constant(0), surroundings: hidden)
      ]),
    .passed("a bias of zeros", [ExampleTensor("d/bias", .bias, [8], .constant(0))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.measurements.constant == 0 else { return nil }
    let count = "all \(Numbers.count(tensor.measurements.count)) weights are 0"
    func finding(_ severity: Severity, _ consequence: String) -> Finding {
      Finding(descriptor, tensor, "\(count)\(consequence)", severity: severity, isProof: true)
    }
    guard let surroundings = tensor.surroundings else {
      if case .constant(0)? = tensor.declaration?.expectations.first?.family {
        return finding(.note, ", as declared: one of two factors may start so")
      }
      let reason = tensor.declaration == nil ? "without the architecture" : "in a layer of this kind"
      return finding(.warning, ": \(reason) nothing tells whether anything can learn")
    }
    guard surroundings.isHidden, !surroundings.isResidualBranch else {
      return finding(
        .note, surroundings.isHidden ? ": a residual branch may start so" : ": a last layer may start so")
    }
    let offsets = model.siblings(of: tensor).filter { $0.role == .bias }
    if surroundings.feedsReLU, !surroundings.isNormalized,
      offsets.allSatisfy({ $0.measurements.constant == 0 })
    {
      return finding(
        .error, ", and so is the bias, before a ReLU: no gradient reaches this kernel or passes it")
    }
    return finding(.note, ": its units start equal, until the weights behind them tell them apart")
  }
}
