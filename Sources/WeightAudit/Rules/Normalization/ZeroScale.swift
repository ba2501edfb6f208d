import Tensors
import Text

/// NRM003.
enum ZeroScale: TensorRule {
  static let descriptor = RuleDescriptor(
    "NRM003", "zero-scale", severity: .note,
    remedy: .any(.advice("keep it if it is intended"), .declare("gamma_initializer", "ones")),
    .init(
      summary: "Scale factors of a normalization are 0.",
      rationale:
        "The normalized signal is multiplied by 0: a residual branch that starts at zero, or pruned "
        + "channels.",
      source: "Goyal et al., 2017, §5.1"))

  static let examples: [RuleExample] = [
    .found("gamma is 0", [ExampleTensor("bn/gamma", .scale, [4], .constant(0))]),
    .passed("gamma is 1", [ExampleTensor("bn/gamma", .scale, [4], .constant(1))]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let measured = tensor.measurements
    guard tensor.role == .scale, tensor.isMeasurable, measured.zeroCount > 0 else { return nil }
    let count =
      measured.zeroCount == measured.count
      ? "all \(NumberText.count(measured.count))"
      : "\(NumberText.count(measured.zeroCount)) of \(NumberText.count(measured.count))"
    let isDivisor =
      tensor.variable.hasSuffix("_scale")
      && model.siblings(of: tensor).contains { $0.isKernel && !$0.spec.dtype.isFloatingPoint }
    if isDivisor {
      return Finding(
        descriptor, at: .tensor(tensor),
        "\(count) scales of a quantized kernel are 0, and the layer divides by them", severity: .error,
        evidence: [.init("zeros", Double(measured.zeroCount))], isProof: true
      ).remedied(by: .all(.advice("quantize the model again from its floating-point weights")))
    }
    return Finding(
      descriptor, at: .tensor(tensor), "\(count) scale factors are 0",
      evidence: [.init("zeros", Double(measured.zeroCount))],
      isProof: true)
  }
}
