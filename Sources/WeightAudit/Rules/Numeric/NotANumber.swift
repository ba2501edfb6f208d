import Tensors
import Text

/// NUM001.
enum NotANumber: TensorRule {
  static let descriptor = RuleDescriptor(
    "NUM001", "nan-weights", severity: .error,
    remedy: .all(
      .advice("go back to a checkpoint from before the loss became NaN"),
      .advice("lower the learning rate or clip gradients")),
    .init(
      summary: "A tensor holds NaN.",
      rationale: "One NaN makes every output that depends on it NaN, and then every weight.",
      source: "IEEE 754-2019, §6.2"))

  static var consequences: [any Rule.Type] {
    [
      SubnormalValues.self, HalfPrecisionRange.self, IdenticalUnits.self, ParallelUnits.self,
      RankDeficiency.self, SilentUnits.self, NonZeroBias.self, DominatingBias.self, NegativeVariance.self,
      DeadChannels.self, ZeroScale.self,
    ]
  }

  static var hasOneCause: Bool { true }

  static var remoteConsequences: [any Rule.Type] { [LostFiniteness.self] }

  static let examples: [RuleExample] = [
    .found(
      "one NaN among 16 weights",
      [
        ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1)) { $0[5] = .nan }
      ]),
    .found("a kernel declared with NaN", .declarations(ExampleNetwork([.constant(.nan), .dense(gain: 1)]))),
    .passed("finite values", [ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1))]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let count = tensor.measurements.nanCount
    guard count > 0 else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(count)) of \(NumberText.count(tensor.measurements.count)) values are NaN",
      evidence: [.init("nan", Double(count))], isProof: true)
  }

  static func judge(_ declarations: WeightedGraph) -> [Finding] {
    declarations.notFinite(\.isNaN).map { weight in
      Finding(
        descriptor, at: .layer(weight.layer, tensor: weight.name),
        "`\(weight.name)` is declared to be NaN", isProof: true
      ).remedied(by: .all(.advice("declare finite values")))
    }
  }
}
