import Tensors
import Text

/// NUM002.
enum InfiniteValues: TensorRule {
  static let descriptor = RuleDescriptor(
    "NUM002", "infinite-weights", severity: .error,
    remedy: .all(
      .advice("go back to a checkpoint from before the overflow"),
      .advice("lower the learning rate or clip gradients")),
    .init(
      summary: "A tensor holds infinite values.",
      rationale: "An infinite weight times 0 is NaN, and so is everything that depends on it.",
      source: "IEEE 754-2019, §7.4"))

  static var consequences: [any Rule.Type] { NotANumber.consequences }

  static var hasOneCause: Bool { true }

  static var remoteConsequences: [any Rule.Type] { [LostFiniteness.self] }

  static let examples: [RuleExample] = [
    .found(
      "one infinity",
      [
        ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1)) { $0[5] = -.infinity }
      ]),
    .found(
      "a kernel declared with infinity",
      .declarations(ExampleNetwork([.constant(.infinity), .dense(gain: 1)]))),
    .passed(
      "large finite values", [ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1e30))]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let count = tensor.measurements.infinityCount
    guard count > 0 else { return overflow(tensor) }
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(count)) of \(NumberText.count(tensor.measurements.count)) values are infinite",
      evidence: [.init("infinite", Double(count))], isProof: true)
  }

  /// What Keras makes infinite as it loads a file whose numbers are wider than its variables.
  private static func overflow(_ tensor: AuditedTensor) -> Finding? {
    let largest = tensor.measurements.maximumMagnitude
    guard tensor.spec.dtype == .float64, largest > Double(Float.greatestFiniteMagnitude) else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "the largest magnitude is \(ReportNumber.short(largest)), which is infinite in float32",
      evidence: [.init("maximum", largest)], isProof: true)
  }

  static func judge(_ declarations: WeightedGraph) -> [Finding] {
    declarations.notFinite(\.isInfinite).map { weight in
      Finding(
        descriptor, at: .layer(weight.layer, tensor: weight.name),
        "`\(weight.name)` is declared to be infinite", isProof: true
      ).remedied(by: .all(.advice("declare finite values")))
    }
  }
}
