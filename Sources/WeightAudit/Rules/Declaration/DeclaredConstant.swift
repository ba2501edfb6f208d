import Tensors

/// DEC003.
enum DeclaredConstant: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DEC003", name: "declared-constant", severity: .note,
    summary: "A bias, scale or statistic of a fresh file is not at its declared value.",
    rationale: "It was changed after it was initialised, or is of another model.",
    remedy: "initialise the layer again, or declare the value", source: "Keras: Zeros, Ones, Constant",
    explains: ["BIA001"])

  static let examples: [RuleExample] = [
    .found(
      "a bias that moved",
      [
        ExampleTensor(
          "d/bias", .bias, [4], .list([0, 0.1, 0, 0]), initializer: "Zeros", declared: .constant(0))
      ], assumed: .fresh),
    .passed(
      "zeros",
      [
        ExampleTensor("d/bias", .bias, [4], .constant(0), initializer: "Zeros", declared: .constant(0))
      ], assumed: .fresh),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.state.value == .fresh, tensor.holdsDeclaredConstants == false, tensor.isMeasurable,
      let range = tensor.measurements.range
    else { return nil }
    return Finding(
      descriptor, tensor,
      "\(tensor.declaration?.initializer ?? "its initializer") is declared, values reach from "
        + "\(Numbers.short(range.lowerBound)) to \(Numbers.short(range.upperBound))", isProof: true)
  }
}
