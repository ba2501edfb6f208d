import Tensors

/// DEC005.
enum DeclaredOrthogonality: TensorRule {
  static let descriptor = RuleDescriptor(
    "DEC005", "orthogonality-defect", severity: .note,
    remedy: .all(.redraw),
    .init(
      summary: "A fresh kernel that is declared orthogonal is not orthogonal.",
      rationale:
        "Orthogonal kernels preserve the norm of signals and gradients over many steps; this one does not.",
      source: "Saxe, McClelland & Ganguli, ICLR 2014"))

  /// The smallest defect that is reported; rounding to float32 alone gives about 10⁻⁶.
  static let tolerance = 1e-4

  static let examples: [RuleExample] = [
    .found(
      "independent normal draws",
      [
        ExampleTensor(
          "r/recurrent_kernel", .recurrentKernel, [16, 16], .normal(seed: 1, deviation: 0.25),
          declared: .orthogonal(deviation: 0.25))
      ], assumed: .fresh),
    .passed(
      "a permutation of the axes",
      [
        ExampleTensor(
          "r/recurrent_kernel", .recurrentKernel, [16, 16], .constant(0),
          declared: .orthogonal(deviation: 0.25)
        ) { values in for unit in 0..<16 { values[unit * 16 + (unit * 3) % 16] = 1 } }
      ], assumed: .fresh),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.isMeasurable,
      let expectation = tensor.declaration?.expectations.first,
      expectation.family == .orthogonal, let units = tensor.measurements.units,
      units.layout.inner == 1, units.layout.units == tensor.spec.shape.dimensions.last
    else { return nil }
    // Keras flattens all axes but the last into one, whatever they are to the layer.
    let (inputs, count) = (units.layout.inputs, units.layout.units)
    let gainSquared = expectation.meanSquare * Double(max(inputs, count))
    guard gainSquared > 0 else { return nil }
    // With no more units than inputs every unit has the norm of the gain; otherwise every mixture of inputs
    // keeps its own.
    let lengths =
      count <= inputs
      ? units.squares
      : (0..<UnitMeasurements.projectionCount).map { index in
        (0..<count).reduce(0) { $0 + units.projection(index, $1) * units.projection(index, $1) }
          / Double(inputs)
      }
    let defect = lengths.map { abs(($0 / gainSquared).squareRoot() - 1) }.max() ?? 0
    guard defect > max(tolerance, 2 * tensor.roundingTolerance) else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "it changes the norm of vectors by up to \(ReportNumber.percent(defect))",
      severity: defect > 0.05 ? .warning : .note, evidence: [.init("defect", defect)], isProof: true)
  }
}
