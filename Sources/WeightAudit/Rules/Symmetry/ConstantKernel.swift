import SignalGraph
import Tensors
import Text

/// SYM002.
enum ConstantKernel: TensorRule {
  static let descriptor = RuleDescriptor(
    "SYM002", "constant-kernel",
    remedy: .all(.declareByActivation, .redraw),
    .init(
      summary: "All weights of a kernel have, or are declared to have, one value other than 0.",
      rationale: "All units compute the same and, up to the weights behind them, learn the same.",
      source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4; Rumelhart, Hinton & Williams, 1986")
  )

  static var consequences: [any Rule.Type] {
    [
      IdenticalUnits.self, ParallelUnits.self, RankDeficiency.self, SilentUnits.self, TiedInitialization.self,
      SharedStream.self, DeclaredVariance.self, DeclaredSupport.self, DeclaredMean.self,
      DeclaredOrthogonality.self, DistributionFamily.self, SignImbalance.self, DiscretizedValues.self,
      UnitNormOutlier.self, TrainedScale.self, NegligibleUnits.self,
    ]
  }

  static let examples: [RuleExample] = [
    .found("all weights 0.01", [ExampleTensor("d/kernel", .kernel, [8, 8], .constant(0.01))]),
    .found(
      "a hidden layer declared with a constant",
      .declarations(ExampleNetwork([.constant(0.1), .activation(.tanh), .dense(gain: 1)]))),
    .passed(
      "one weight differs",
      [
        ExampleTensor("d/kernel", .kernel, [8, 8], .constant(0.01)) { $0[3] = 0.02 }
      ]),
    .passed("a single weight", [ExampleTensor("d/kernel", .kernel, [1, 1], .constant(0.01))]),
    .passed(
      "a last layer declared with a constant",
      .declarations(ExampleNetwork([.dense(gain: 1), .activation(.tanh), .constant(0.1)]))),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isTable, let value = tensor.measurements.constant, value != 0,
      tensor.measurements.count > 1, !model.isCopy(tensor)
    else { return nil }
    let count = "all \(NumberText.count(tensor.measurements.count)) weights are \(ReportNumber.short(value))"
    func finding(_ severity: Severity, _ consequence: String) -> Finding {
      Finding(
        descriptor, at: .tensor(tensor), "\(count)\(consequence)", severity: severity,
        evidence: [.init("value", value)], isProof: true)
    }
    if let embeddings = ConstantEmbeddings(tensor, in: model) {
      return finding(embeddings.severity, ": \(embeddings.consequence)")
    }
    guard let context = model.context(of: tensor), context.kind == .linear else {
      if tensor.declaration == nil, model.measuredGraph != nil {
        return finding(.note, ", in a layer of a class that wtool does not know, which may want them so")
      }
      return finding(.warning, ": its units are equal")
    }
    // A single unit, or one for each channel, has no equal.
    guard context.unitCount > 1 else { return nil }
    guard context.isHidden else { return finding(.note, ": a last layer may start with a constant") }
    let next = context.nextKernels.compactMap(model.tensor(ofWeight:))
    if !next.isEmpty, next.allSatisfy({ $0.measurements.constant != nil }) {
      return finding(
        .error,
        " and those of `\(next[0].name)` behind it are equal too: its units always get the same gradient")
    }
    return finding(.warning, ": its units are equal until the weights behind them tell them apart")
  }

  static func judge(_ declarations: WeightedGraph) -> [Finding] {
    declarations.constantKernels.compactMap { kernel in
      guard kernel.value != 0 else { return nil }
      return Finding(
        descriptor, at: .layer(kernel.weight.layer),
        "`\(kernel.weight.name)` is declared to be all \(ReportNumber.short(kernel.value)): "
          + (kernel.embeddings?.consequence ?? "its units compute the same"),
        severity: kernel.embeddings?.severity
      ).remedied(by: kernel.remedy)
    }
  }
}
