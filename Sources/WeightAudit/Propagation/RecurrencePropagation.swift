import SignalGraph
import Tensors

/// Signals and gradients through the steps of a recurrent cell.
///
/// Every gate sees a normal pre-activation: the kernel's part of the input, the recurrent kernel's of the
/// last output, and the bias. Hochreiter & Schmidhuber 1997 (LSTM); Cho et al. 2014 (GRU).
struct RecurrencePropagation {
  /// The moments of what the layer hands on.
  let output: SignalMoments
  private let recurrence: Recurrence
  private let weights: GateWeights
  private let steps: [Step]

  /// The longest sequence that is followed; what lies further back has been forgotten.
  private static let longest = 256
  private static let assumed = 32

  /// The moments of one step.
  private struct Step {
    /// E φ², E φ and E φ'² of each gate's value.
    var gates: [GateMoments]
    /// E c² of the state before and after; what a simple cell and a GRU keep is their output.
    var before, after: Double
    /// E h² of the output.
    var output: Double
    /// E φ(c)² and E φ'(c)² of an LSTM's state.
    var activated = GateMoments(square: 0, mean: 0, slope: 0)
  }

  init?(_ recurrence: Recurrence, _ known: [Int: WeightedGraph.Weight], _ input: SignalMoments) {
    guard let weights = GateWeights(recurrence, known) else { return nil }
    self.recurrence = recurrence
    self.weights = weights
    let count = min(max(recurrence.steps ?? Self.assumed, 1), Self.longest)
    let correlation = Self.correlation(input, steps: count)
    var steps: [Step] = []
    // Of an LSTM, what the state has in common with the next candidate: it adds up.
    var carried = Carried()
    for _ in 0..<count {
      guard
        let step = Self.step(
          recurrence, weights, input, correlation: correlation, &carried)
      else { return nil }
      (carried.state, carried.output) = (step.after, step.output)
      steps.append(step)
    }
    guard let last = steps.last, last.output.isFinite else { return nil }
    self.steps = steps
    let square =
      recurrence.returnsSequences
      ? steps.reduce(0) { $0 + $1.output } / Double(steps.count) : last.output
    var moments = SignalMoments(square: square)
    moments.mean = last.gates[0].mean * (recurrence.cell == .simple ? 1 : 0)
    // Neighboring steps share what the cell remembers.
    let kept = recurrence.cell == .simple ? 0 : last.gates[recurrence.cell == .gated ? 0 : 1].mean
    let memory = (kept + correlation) / (1 + kept * correlation)
    moments.acrossPlaces =
      recurrence.returnsSequences
      ? min(square, square * (1 + memory) / (max(1 - memory, 1e-3) * Double(steps.count))) : square
    if let places = recurrence.window?.places, places > 1 {
      // Different places of a map share what the input has in common.
      let share = input.square > 0 ? min(max(input.acrossPlaces / input.square, 0), 1) : 0
      let together = recurrence.returnsSequences ? moments.acrossPlaces : square
      moments.acrossPlaces = min(square, max(together / Double(places), share * square))
    }
    moments.acrossUnits = moments.mean * moments.mean
    moments.acrossSamples = moments.mean * moments.mean
    self.output = moments
  }

  /// The correlation of the input between neighboring steps, if it falls off geometrically.
  private static func correlation(_ input: SignalMoments, steps: Int) -> Double {
    guard input.square > 0 else { return 0 }
    let length = min(max(input.acrossPlaces / input.square, 0), 1) * Double(steps)
    return max(0, (length - 1) / (length + 1))
  }

  /// What a step hands on to the next one.
  private struct Carried {
    var state = 0.0
    var output = 0.0
    var common = 0.0
  }

  private static func step(
    _ recurrence: Recurrence, _ weights: GateWeights, _ input: SignalMoments, correlation: Double,
    _ carried: inout Carried
  ) -> Step? {
    let (state, output) = (carried.state, carried.output)
    func gate(_ number: Int, _ activation: Activation, last: Double) -> GateMoments? {
      GateMoments(
        activation, mean: weights.biases[number],
        variance: weights.forward[number] * input.square + weights.recurrent[number] * last)
    }
    let gates = recurrence.recurrentActivation
    switch recurrence.cell {
    case .simple:
      guard let value = gate(0, recurrence.activation, last: output) else { return nil }
      return Step(gates: [value], before: output, after: value.square, output: value.square)
    case .longShortTerm:
      guard let enter = gate(0, gates, last: output), let forget = gate(1, gates, last: output),
        let candidate = gate(2, recurrence.activation, last: output), let exit = gate(3, gates, last: output)
      else { return nil }
      let next =
        forget.square * state + 2 * forget.mean * enter.mean * carried.common
        + enter.square * candidate.square
      carried.common = correlation * (forget.mean * carried.common + enter.mean * candidate.square)
      guard let activated = GateMoments(recurrence.activation, mean: 0, variance: next) else { return nil }
      return Step(
        gates: [enter, forget, candidate, exit], before: state, after: next,
        output: exit.square * activated.square, activated: activated)
    case .gated:
      guard let update = gate(0, gates, last: output), let reset = gate(1, gates, last: output),
        let candidate = gate(2, recurrence.activation, last: reset.square * output)
      else { return nil }
      // Of a closed gate, the integrals are 1 but for their error.
      let complement = max(1 - 2 * update.mean + update.square, 0)
      let next =
        update.square * output + 2 * max(update.mean - update.square, 0) * carried.common
        + complement * candidate.square
      carried.common = correlation * (update.mean * carried.common + (1 - update.mean) * candidate.square)
      return Step(gates: [update, reset, candidate], before: output, after: next, output: next)
    }
  }

  /// The gradient with respect to the input, on average over the steps.
  func inputGradient(_ gradient: GradientMoments) -> GradientMoments {
    var total = 0.0
    var (fromOutput, fromState) = (0.0, 0.0)
    for (number, step) in steps.enumerated().reversed() {
      let isRead = recurrence.returnsSequences || number == steps.count - 1
      let output = fromOutput + (isRead ? gradient.square : 0)
      let back = deltas(step, output: output, state: fromState)
      fromState = back.state
      fromOutput = zip(back.gates, weights.recurrentBackward).reduce(back.output) { $0 + $1.0 * $1.1 }
      total += zip(back.gates, weights.backward).reduce(0) { $0 + $1.0 * $1.1 }
    }
    // Both directions of a bidirectional layer hand back what they get.
    let directions = recurrence.mirrored.isEmpty ? 1.0 : 2
    let mean =
      directions * total / Double(recurrence.steps ?? steps.count) / Double(recurrence.window?.stride ?? 1)
    return GradientMoments(square: mean, acrossPlaces: 0)
  }

  /// The gradients of the gates' pre-activations, of the last state, and of the last output past the gates.
  private func deltas(
    _ step: Step, output: Double, state: Double
  ) -> (gates: [Double], state: Double, output: Double) {
    let gates = step.gates
    switch recurrence.cell {
    case .simple: return ([output * gates[0].slope], 0, 0)
    case .longShortTerm:
      let own = state + output * gates[3].square * step.activated.slope
      return (
        [
          own * gates[2].square * gates[0].slope, own * step.before * gates[1].slope,
          own * gates[0].square * gates[2].slope, output * step.activated.square * gates[3].slope,
        ], own * gates[1].square, 0
      )
    case .gated:
      let complement = 1 - 2 * gates[0].mean + gates[0].square
      let candidate = output * complement * gates[2].slope
      let reset = candidate * weights.recurrent[2] * step.before * gates[1].slope
      return (
        [output * (step.before + gates[2].square) * gates[0].slope, reset, candidate], 0,
        output * gates[0].square
      )
    }
  }
}

/// E φ², E φ and E φ'² for a normal pre-activation.
private struct GateMoments {
  let square, mean, slope: Double

  init(square: Double, mean: Double, slope: Double) {
    (self.square, self.mean, self.slope) = (square, mean, slope)
  }

  init?(_ activation: Activation, mean: Double, variance: Double) {
    guard variance.isFinite else { return nil }
    let grid = NormalGrid(mean: mean, variance: max(variance, 0))
    guard let square = grid.meanSquare(of: activation.value), let value = grid.mean(of: activation.value),
      let slope = grid.meanSquare(of: activation.derivative)
    else { return nil }
    self.init(square: square, mean: value, slope: slope)
  }
}

/// Sums of squares of the weights of each gate.
private struct GateWeights {
  /// Σ w² that one unit of each gate sees: of the input and of the last output.
  let forward, recurrent: [Double]
  /// Σ w² that one input goes into: of each gate.
  let backward, recurrentBackward: [Double]
  /// The mean bias of each gate.
  let biases: [Double]

  init?(_ recurrence: Recurrence, _ known: [Int: WeightedGraph.Weight]) {
    let gates = recurrence.cell.gateCount
    func squares(_ weight: Int, inputs: Int, coverage: Double) -> [Double]? {
      guard let weight = known[weight], let expectation = weight.expectation else { return nil }
      if let units = weight.values.units, units.layout.inner == 1,
        units.layout.units == gates * recurrence.units
      {
        return (0..<gates).map { gate in
          coverage
            * units.squares[gate * recurrence.units..<(gate + 1) * recurrence.units].reduce(0, +)
            / Double(recurrence.units)
        }
      }
      return Array(repeating: coverage * Double(inputs) * expectation.meanSquare, count: gates)
    }
    guard recurrence.units > 0, recurrence.inputs > 0,
      let forward = squares(
        recurrence.kernel, inputs: recurrence.fanIn, coverage: recurrence.window?.coverage ?? 1),
      let recurrent = squares(
        recurrence.recurrentKernel, inputs: recurrence.recurrentFanIn,
        coverage: recurrence.window?.recurrentCoverage ?? 1)
    else { return nil }
    self.forward = forward
    self.recurrent = recurrent
    let share = Double(recurrence.units) / Double(recurrence.inputs)
    backward = forward.map { $0 * share }
    recurrentBackward = recurrent
    biases = Self.biases(recurrence, known, gates)
  }

  private static func biases(_ recurrence: Recurrence, _ known: [Int: WeightedGraph.Weight], _ gates: Int)
    -> [Double]
  {
    guard let weight = recurrence.bias.flatMap({ known[$0] }) else {
      return Array(repeating: 0, count: gates)
    }
    let values = weight.values.sample
    let size = gates * recurrence.units
    guard values.count == size || values.count == 2 * size else {
      // Of a declaration: what Keras declares by default.
      return (0..<gates).map {
        recurrence.cell == .longShortTerm && weight.expectation == nil
          ? ($0 == 1 ? 1 : 0) : weight.expectation?.mean ?? 0
      }
    }
    return (0..<gates).map { gate in
      var sum = 0.0
      for row in stride(from: 0, to: values.count, by: size) {
        sum += values[row + gate * recurrence.units..<row + (gate + 1) * recurrence.units].reduce(0, +)
      }
      return sum / Double(recurrence.units)
    }
  }
}
