import Tensors

/// SCL005.
enum TrainedScale: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "SCL005", name: "weight-scale", summary: "A trained kernel has blown up or collapsed.",
    rationale:
      "In 1,353 kernels of healthy trained models the scale, relative to He's, was between 0.126 and 39.5.",
    remedy: "check the learning rate and regularizers; train the layer again",
    source: "He et al., ICCV 2015, as the reference; range by measurement")

  static let range = 0.05...60

  static let examples: [RuleExample] = [
    .found(
      "weights of 1e-5",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 1e-5))
      ], assumed: .trained),
    .passed(
      "weights at He's scale",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 0.18))
      ], assumed: .trained),
  ]

  /// A factor that starts at zero, as LoRA's second one, is small for long.
  private static func startsAtZero(_ tensor: AuditedTensor) -> Bool {
    if case .constant? = tensor.declaration?.expectations.first?.family { true } else { false }
  }

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.isKernel, tensor.isMeasurable, tensor.measurements.constant == nil,
      let units = tensor.measurements.units, !startsAtZero(tensor)
    else { return nil }
    let ratio = tensor.measurements.rootMeanSquare / (2 / Double(units.layout.inputs)).squareRoot()
    guard !range.contains(ratio) else { return nil }
    return Finding(
      descriptor, tensor,
      "its RMS of \(Numbers.short(tensor.measurements.rootMeanSquare)) is \(Numbers.short(ratio))× He's reference; "
        + "healthy trained kernels are within 0.126 to 39.5", evidence: [.init("ratio", ratio)])
  }
}
