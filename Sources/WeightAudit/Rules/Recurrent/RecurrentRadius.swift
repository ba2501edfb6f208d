import SignalGraph
import Tensors

/// RNN002.
enum RecurrentRadius: TensorRule {
  static let descriptor = RuleDescriptor(
    "RNN002", "recurrent-radius",
    remedy: .all(.declare("recurrent_initializer", "orthogonal")),
    .init(
      summary: "A fresh recurrent kernel makes the state explode or vanish within a few steps.",
      rationale:
        "Each step multiplies the state by the kernel, so that its spectral radius acts to the power "
        + "of the sequence length.",
      source: "Pascanu et al., ICML 2013; Ginibre 1965 (circular law)"))

  static let examples: [RuleExample] = [
    .found(
      "a standard deviation of 1 in 64 units",
      [ExampleTensor("rnn/recurrent_kernel", .recurrentKernel, [64, 64], .normal(seed: 1, deviation: 1))],
      assumed: .fresh),
    .found(
      "a standard deviation of 0.001",
      [
        ExampleTensor("rnn/recurrent_kernel", .recurrentKernel, [64, 64], .normal(seed: 1, deviation: 0.001))
      ],
      assumed: .fresh),
    .found(
      "a recurrent kernel declared with a standard deviation of 1",
      .declarations(.lstm(forgetBias: 1, recurrentDeviation: 1))),
    .passed(
      "the scale of an orthogonal kernel",
      [
        ExampleTensor("rnn/recurrent_kernel", .recurrentKernel, [64, 64], .normal(seed: 1, deviation: 0.125))
      ],
      assumed: .fresh),
  ]

  static func judge(_ model: WeightedGraph) -> [Finding] {
    model.graph.nodes.compactMap { node in
      guard case .recurrence(let recurrence) = node.operation, recurrence.units > 1,
        let weight = model.weights[recurrence.recurrentKernel], let expectation = weight.expectation,
        expectation.mean == 0
      else { return nil }
      // Of independent weights the radius is the root of a unit's sum of squares.
      let radius = (Double(recurrence.recurrentFanIn) * expectation.meanSquare).squareRoot()
      guard isExtreme(radius) else { return nil }
      return Finding(
        descriptor, at: .layer(weight.layer),
        "the recurrent kernel is declared with a spectral radius of about \(ReportNumber.short(radius)): the "
          + "state \(radius > 1 ? "explodes" : "vanishes")",
        evidence: [.init("spectral_radius", radius)])
    }
  }

  /// Whether a state grows or fades within a few steps.
  private static func isExtreme(_ radius: Double) -> Bool { radius > 0 && (radius > 4 || radius < 0.1) }

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.role == .recurrentKernel, tensor.spec.shape.rank == 2,
      tensor.isMeasurable,
      let units = tensor.measurements.units, tensor.spec.shape.dimensions[0] > 1,
      units.layout.units.isMultiple(of: units.layout.inputs)
    else { return nil }
    let count = units.layout.inputs
    // Of independent weights the radius is the root of a unit's sum of squares.
    let radii = (0..<units.layout.units / count).map { gate in
      (units.squares[gate * count..<(gate + 1) * count].reduce(0, +) / Double(count)).squareRoot()
    }
    guard
      let worst = radii.filter(isExtreme).max(by: {
        abs(Elementary.logarithm($0)) < abs(Elementary.logarithm($1))
      })
    else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "the spectral radius of one gate is about \(ReportNumber.short(worst)): the state "
        + (worst > 1 ? "explodes" : "vanishes"),
      evidence: [.init("spectral_radius", worst)])
  }
}
