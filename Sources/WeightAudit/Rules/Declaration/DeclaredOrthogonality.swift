import Tensors

/// DEC005.
enum DeclaredOrthogonality: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DEC005", name: "orthogonality-defect", severity: .note,
    summary: "A fresh kernel that is declared orthogonal is not.",
    rationale:
      "Orthogonal kernels keep the length of signals and gradients through many steps; this one does not.",
    remedy: "initialise the layer again: wtool init --only LAYER",
    source: "Saxe, McClelland & Ganguli, ICLR 2014")

  /// Rounding to float32 gives some 10⁻⁶.
  static let tolerance = 1e-4

  private static let declared = ValueExpectation(family: .orthogonal, mean: 0, standardDeviation: 0.25)

  static let examples: [RuleExample] = [
    .found(
      "independent draws",
      [
        ExampleTensor(
          "r/recurrent_kernel", .recurrentKernel, [16, 16], .normal(seed: 1, deviation: 0.25),
          initializer: "Orthogonal", declared: declared)
      ], assumed: .fresh),
    .passed(
      "a permutation of the axes",
      [
        ExampleTensor(
          "r/recurrent_kernel", .recurrentKernel, [16, 16], .constant(0), initializer: "Orthogonal",
          declared: declared
        ) { values in for unit in 0..<16 { values[unit * 16 + (unit * 3) % 16] = 1 } }
      ], assumed: .fresh),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.isMeasurable,
      let expectation = tensor.declaration?.expectations.first,
      expectation.family == .orthogonal, let units = tensor.measurements.units,
      units.layout.inner == 1, units.layout.units == tensor.spec.shape.dimensions.last
    else { return nil }
    // Keras makes a matrix of all axes but the last, whatever they are to the layer.
    let (inputs, count) = (units.layout.inputs, units.layout.units)
    let gainSquared = expectation.meanSquare * Double(max(inputs, count))
    guard gainSquared > 0 else { return nil }
    // With no more units than inputs every unit has the length of the gain; otherwise any mixture of inputs keeps its.
    let lengths =
      count <= inputs
      ? units.squares
      : (0..<UnitMeasurements.projectionCount).map { number in
        (0..<count).reduce(0) { $0 + units.projection(number, $1) * units.projection(number, $1) }
          / Double(inputs)
      }
    let defect = lengths.map { abs(($0 / gainSquared).squareRoot() - 1) }.max() ?? 0
    guard defect > max(tolerance, 2 * tensor.roundingTolerance) else { return nil }
    return Finding(
      descriptor, tensor, "it changes the length of vectors by up to \(Numbers.percent(defect))",
      severity: defect > 0.05 ? .warning : .note, evidence: [.init("defect", defect)], isProof: true)
  }
}
