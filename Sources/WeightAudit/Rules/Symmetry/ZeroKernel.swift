import SignalGraph
import Tensors
import Text

/// SYM001.
enum ZeroKernel: TensorRule {
  static let descriptor = RuleDescriptor(
    "SYM001", "zero-kernel",
    remedy: .all(.declareByActivation, .redraw),
    .init(
      summary: "A kernel is, or is declared to be, all zeros.",
      rationale: "All units start equal; behind a ReLU no gradient passes, and the layer can never learn.",
      source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4"))

  static var consequences: [any Rule.Type] { ConstantKernel.consequences }

  static var remoteConsequences: [any Rule.Type] { [BlockedGradient.self] }

  private static var hidden: LayerContext {
    var context = LayerContext()
    (context.isHidden, context.feedsReLU, context.feedsFlat) = (true, true, true)
    return context
  }

  static let examples: [RuleExample] = [
    .found(
      "a hidden ReLU layer of zeros",
      [
        ExampleTensor("d/kernel", .kernel, [8, 8], .constant(0)).placed(hidden)
      ]),
    .found(
      "a hidden layer declared with zeros",
      .declarations(ExampleNetwork([.constant(0), .activation(.relu), .dense(gain: 1)]))),
    .passed("a bias of zeros", [ExampleTensor("d/bias", .bias, [8], .constant(0))]),
    .passed(
      "a last layer declared with zeros",
      .declarations(ExampleNetwork([.dense(gain: 2), .activation(.relu), .constant(0)]))),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isTable, tensor.measurements.constant == 0,
      !model.isCopy(tensor)
    else { return nil }
    let count = "all \(NumberText.count(tensor.measurements.count)) weights are 0"
    func finding(_ severity: Severity, _ consequence: String) -> Finding {
      Finding(descriptor, at: .tensor(tensor), "\(count)\(consequence)", severity: severity, isProof: true)
    }
    if let embeddings = ConstantEmbeddings(tensor, in: model) {
      return finding(embeddings.severity, ": \(embeddings.consequence)")
    }
    guard let context = model.context(of: tensor), context.kind == .linear else {
      if case .constant(0)? = tensor.declaration?.expectations.first?.family {
        return finding(.note, ", as declared: one of two factors may start at zero")
      }
      if tensor.declaration == nil, model.measuredGraph != nil {
        return finding(.note, ", in a layer of a class that wtool does not know, which may want them so")
      }
      let reason = tensor.declaration == nil ? "without the architecture" : "in a layer of this kind"
      return finding(.warning, ": \(reason) it is unknown whether the layer can learn")
    }
    guard context.isHidden, !context.isResidualBranch else {
      if model.isTrained(tensor), tensor.isTrainable, !isDeclaredZero(tensor) {
        return finding(
          .warning,
          context.isHidden
            ? ": a branch of a trained model adds nothing"
            : ": the trained model returns the same for every input")
      }
      return finding(
        .note,
        context.isHidden ? ": a residual branch may start at zero" : ": a last layer may start at zero")
    }
    let offsets = model.siblings(of: tensor).filter { $0.role == .bias }
    if context.feedsFlat, !context.isNormalized,
      offsets.allSatisfy({ $0.measurements.constant == 0 })
    {
      let function = context.feedsReLU ? "a ReLU" : "a function that is flat at 0"
      return finding(
        .error, " and so is the bias, before \(function): no gradient reaches this kernel or passes it")
    }
    if model.isTrained(tensor), tensor.isTrainable {
      return finding(.warning, ": the layer of a trained model returns the same for every input")
    }
    return finding(
      .note,
      context.feedsReLU && context.isNormalized
        ? ": its units start equal, and a normalization keeps them so"
        : ": its units start equal, until the weights behind them tell them apart")
  }

  private static func isDeclaredZero(_ tensor: AuditedTensor) -> Bool {
    if case .constant(0)? = tensor.declaration?.expectations.first?.family { true } else { false }
  }

  static func judge(_ declarations: WeightedGraph) -> [Finding] {
    declarations.constantKernels.compactMap { kernel in
      guard kernel.value == 0, !kernel.isResidualBranch else { return nil }
      let consequence =
        kernel.embeddings?.consequence
        ?? (kernel.feedsReLU
          ? "its units start equal, and unless its bias is not 0, ReLU passes no gradient to it or to "
            + "the layers before it"
          : "all its units start equal, until the weights behind them tell them apart")
      return Finding(
        descriptor, at: .layer(kernel.weight.layer, tensor: kernel.weight.name),
        "`\(kernel.weight.name)` is declared to be all 0: \(consequence)",
        severity: kernel.embeddings?.severity ?? (kernel.feedsReLU ? nil : .note)
      ).remedied(by: kernel.remedy)
    }
  }
}
