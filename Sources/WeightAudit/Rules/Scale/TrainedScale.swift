import Tensors

/// SCL005.
enum TrainedScale: TensorRule {
  static let descriptor = RuleDescriptor(
    "SCL005", "weight-scale",
    remedy: .all(.advice("check the learning rate and regularizers"), .advice("train the layer again")),
    .init(
      summary: "A trained kernel has blown up or collapsed.",
      rationale:
        "The scale of 1,353 kernels of healthy trained models, relative to He's, was between 0.126 and 39.5.",
      source: "He et al., ICCV 2015, as the reference; range by measurement"))

  /// The scales relative to He's that are passed.
  static let range = 0.05...60

  static let examples: [RuleExample] = [
    .found(
      "weights of about 1e-5",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 1e-5))
      ], assumed: .trained),
    .passed(
      "weights at He's scale",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 0.18))
      ], assumed: .trained),
  ]

  /// Whether it is a factor that starts at zero, as LoRA's second one, and stays small for long.
  private static func startsAtZero(_ tensor: AuditedTensor) -> Bool {
    if case .constant? = tensor.declaration?.expectations.first?.family { true } else { false }
  }

  /// What a kernel without a declaration may be smaller by: it may have started at zero, or small on purpose.
  private static let unknownLimit = 0.01

  /// Whether it is about as large as it was declared to be, which is small or large on purpose.
  private static func isAsDeclared(_ tensor: AuditedTensor) -> Bool {
    let square = tensor.measurements.rootMeanSquare
    return (tensor.declaration?.expectations ?? []).contains { expectation in
      expectation.meanSquare > 0 && range.contains(square / expectation.meanSquare.squareRoot())
    }
  }

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.isKernel, tensor.isMeasurable, tensor.measurements.constant == nil,
      let units = tensor.measurements.units, !startsAtZero(tensor)
    else { return nil }
    let ratio = tensor.measurements.rootMeanSquare / (2 / Double(units.layout.inputs)).squareRoot()
    let isSmall = ratio < range.lowerBound
    guard ratio.isFinite, !range.contains(ratio), !isAsDeclared(tensor),
      !isSmall || tensor.declaration != nil || ratio < unknownLimit
    else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "its RMS of \(ReportNumber.short(tensor.measurements.rootMeanSquare)) is \(ReportNumber.short(ratio))× "
        + "He's reference; "
        + "healthy trained kernels are between 0.126 and 39.5", evidence: [.init("ratio", ratio)])
  }
}
