import SignalGraph
import Tensors

/// RNN001.
enum ForgetGateBias: TensorRule {
  static let descriptor = RuleDescriptor(
    "RNN001", "forget-gate-bias", severity: .note,
    remedy: .all(.setArgument(field: "unit_forget_bias", value: true)),
    .init(
      summary: "The forget gates of an LSTM start half closed.",
      rationale: "With a bias of 0 the memory, and the gradient through it, halves at every step.",
      source: "Gers et al., 2000; Jozefowicz et al., ICML 2015, §3"))

  static let examples: [RuleExample] = [
    .found(
      "a forget gate of zeros",
      [
        ExampleTensor("lstm/recurrent_kernel", .recurrentKernel, [2, 8], .normal(seed: 1, deviation: 1)),
        ExampleTensor("lstm/bias", .bias, [8], .constant(0)),
      ], assumed: .fresh),
    .found(
      "an LSTM declared without unit_forget_bias",
      .declarations(.lstm(forgetBias: 0, recurrentDeviation: 0.1))),
    .passed(
      "an LSTM declared with a bias of ones", .declarations(.lstm(forgetBias: 1, recurrentDeviation: 0.1))),
    .passed(
      "a forget gate of ones",
      [
        ExampleTensor("lstm/recurrent_kernel", .recurrentKernel, [2, 8], .normal(seed: 1, deviation: 1)),
        ExampleTensor("lstm/bias", .bias, [8], .list([0, 0, 1, 1, 0, 0, 0, 0])),
      ], assumed: .fresh),
    .passed(
      "a GRU, which has no forget gate",
      [
        ExampleTensor("gru/recurrent_kernel", .recurrentKernel, [2, 6], .normal(seed: 1, deviation: 1)),
        ExampleTensor("gru/bias", .bias, [6], .constant(0)),
      ], assumed: .fresh),
  ]

  static func judge(_ model: WeightedGraph) -> [Finding] {
    model.graph.nodes.compactMap { node in
      guard case .recurrence(let recurrence) = node.operation, recurrence.cell == .longShortTerm,
        let bias = recurrence.bias, let weight = model.weights[bias],
        case .constant(let value)? = weight.expectation?.family, value < 0.5
      else { return nil }
      return Finding(
        descriptor, at: .layer(weight.layer),
        "the bias of the forget gates is declared to be \(ReportNumber.short(value)); a bias of 1 keeps the "
          + "memory open")
    }
  }

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.role == .bias, tensor.isMeasurable,
      let recurrent = model.siblings(of: tensor).first(where: { $0.role == .recurrentKernel }),
      recurrent.spec.shape.rank == 2
    else { return nil }
    // Four gates from as many units as there are rows: input, forget, candidate, output.
    let units = recurrent.spec.shape.dimensions[0]
    guard units > 0, recurrent.spec.shape.dimensions[1] == 4 * units, tensor.measurements.count == 4 * units,
      tensor.measurements.sample.count == 4 * units
    else { return nil }
    let mean = tensor.measurements.sample[units..<2 * units].reduce(0, +) / Double(units)
    guard mean < 0.5 else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "the mean bias of the forget gates is \(ReportNumber.short(mean)); a bias of 1 keeps the memory open",
      evidence: [.init("mean", mean)])
  }
}
