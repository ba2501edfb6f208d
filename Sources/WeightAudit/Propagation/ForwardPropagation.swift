import SignalGraph
import Tensors

/// The propagation of signals from the inputs to the outputs.
///
/// Poole et al., NeurIPS 2016; Yang & Schoenholz, NeurIPS 2017 (residual branches); Yang et al., ICLR 2019
/// (batch normalization).
struct ForwardPropagation {
  private let graph: SignalGraph
  private let weights: [Int: WeightedGraph.Weight]
  /// The inputs, once they are preprocessed.
  private let data: SignalMoments
  /// Of each node, whether its signal is data, prepared at most.
  private var isData: [Bool] = []
  private(set) var signals: [SignalMoments?] = []
  /// By what a gradient's mean square is multiplied on the way through a node: at one place, and between two
  /// places.
  private(set) var slopes: [Int: (square: Double, acrossPlaces: Double)] = [:]
  private(set) var recurrences: [Int: RecurrencePropagation] = [:]
  private(set) var contractions: [Int: ContractionPropagation] = [:]
  private(set) var attentions: [Int: AttentionPropagation] = [:]
  /// The nodes whose signals go into others.
  private let consumed: Set<Int>
  /// The root mean square that the outputs of linear maps are to have; `nil` to leave them.
  private let target: Double?
  /// By what kernels are multiplied so that they have it.
  private(set) var factors: [Int: Double] = [:]

  init(
    _ graph: SignalGraph, _ weights: [Int: WeightedGraph.Weight], inputDeviation: Double,
    target: Double? = nil
  ) {
    self.graph = graph
    self.target = target
    data = SignalMoments(square: inputDeviation * inputDeviation)
    self.weights = weights
    consumed = Set(graph.nodes.flatMap(\.inputs))
    for (index, node) in graph.nodes.enumerated() {
      switch node.operation {
      case .source: isData.append(true)
      case .affine, .passThrough, .places, .flatten:
        isData.append(node.inputs.first.map { isData[$0] } ?? false)
      default: isData.append(false)
      }
      let moments = moments(at: index, node, node.inputs.map { signals[$0] })
      signals.append(moments.flatMap { $0.isFinite ? $0 : nil })
    }
  }

  private mutating func moments(
    at index: Int, _ node: SignalGraph.Node, _ inputs: [SignalMoments?]
  ) -> SignalMoments? {
    switch node.operation {
    case .source: return data
    case .lookup(let weight):
      return expectation(weight).map { SignalMoments(square: $0.meanSquare, mean: $0.mean) }
    case .opaque, .gradientFree: return nil
    default: break
    }
    let known = inputs.compactMap { $0 }
    guard let first = known.first, known.count == inputs.count else { return nil }
    switch node.operation {
    case .linear(let map): return linear(map, first)
    case .activation(.softmax(let units)):
      // The reference of all gradients is what softmax gets at the end.
      guard consumed.contains(index), let units, units > 0 else { return nil }
      return softmax(index, units, first)
    case .activation(let activation):
      guard let moments = ActivationMoments(activation, first) else { return nil }
      slopes[index] = (moments.slopeSquare, moments.slopeAcrossPlaces)
      return moments.output
    case .normalization(let normalization): return normalized(index, normalization, first)
    case .add: return sum(node.inputs, known)
    case .average: return sum(node.inputs, known).scaled(by: 1 / Double(known.count))
    case .multiply:
      // A signal times itself: the fourth moment of a normal one.
      if Set(node.inputs).count < node.inputs.count, known.count == 2 {
        return SignalMoments(square: 3 * first.square * first.square, mean: first.square)
      }
      return .product(known)
    case .concatenate(let sizes):
      let weights =
        sizes.count == known.count && sizes.contains { $0 > 0 }
        ? sizes.map(Double.init) : known.map { _ in 1 }
      return .mixture(known, weights: weights)
    case .extremum: return .mixture(known, weights: known.map { _ in 1 })
    case .passThrough, .places, .flatten: return first
    case .dropout(let rate):
      guard rate < 1 else { return SignalMoments(square: 0) }
      var result = first
      result.square /= 1 - rate
      return result
    case .affine(let scale, let offset): return affine(scale, offset, node, first)
    case .scaling(let weight):
      return expectation(weight).map { first.scaled(square: $0.meanSquare, mean: $0.mean) }
    case .meanPool(let window): return window.map { meanPooled($0, first) } ?? first
    case .maxPool(let window): return window.map { maxPooled($0, first) } ?? first
    case .unitMean(let count): return first.unitMean(of: count)
    case .attention(let positions, _): return positions.map { first.attended(over: $0) } ?? first
    case .scoredAttention(let attention):
      let propagation = AttentionPropagation(attention, node.inputs, known) { expectation($0) }
      attentions[index] = propagation
      return propagation?.output
    case .contraction(let contraction):
      guard known.count == 2 else { return nil }
      let propagation = ContractionPropagation(
        contraction, known[0], known[1],
        isOneSignal: node.inputs[0] == node.inputs[1],
        isOneLayer: graph.nodes[node.inputs[0]].layer == graph.nodes[node.inputs[1]].layer)
      contractions[index] = propagation
      return propagation.output
    case .recurrence(let recurrence):
      let propagation = RecurrencePropagation(recurrence, weights, first)
      recurrences[index] = propagation
      return propagation?.output
    case .source, .lookup, .gradientFree, .opaque: return nil
    }
  }

  private func expectation(_ weight: Int?) -> ValueExpectation? {
    weight.flatMap { weights[$0]?.expectation }
  }

  private mutating func linear(_ map: LinearMap, _ input: SignalMoments) -> SignalMoments? {
    guard let kernel = KernelMoments(map, weights[map.weight]) else { return nil }
    // What the inputs of one output have in common adds up with the weights' sum.
    let common = min(max(map.isDepthwise ? input.acrossPlaces : input.acrossUnits, 0), input.square)
    func through(_ moment: Double) -> Double {
      let shared = min(common, moment)
      return map.coverage * (kernel.squares * (moment - shared) + kernel.squaredSums * shared)
    }
    let acrossUnits =
      map.isDepthwise
      ? kernel.sumsAcrossUnits * input.acrossUnits
      : kernel.acrossUnits * (input.square - common) + kernel.sumsAcrossUnits * common
    var product = SignalMoments(
      square: through(input.square), mean: kernel.sums * input.mean,
      acrossUnits: max(map.coverage * acrossUnits, 0),
      acrossPlaces: through(input.acrossPlaces), acrossSamples: through(input.acrossSamples))
    if let target {
      calibrate(map.weight, product, to: target)
      product = product.scaled(by: factors[map.weight] ?? 1)
    }
    guard let bias = map.bias else { return product }
    guard let offset = expectation(bias) else { return nil }
    // A bias is the same for all places and samples.
    return .sum([
      product,
      SignalMoments(
        square: offset.meanSquare, mean: offset.mean, acrossUnits: offset.mean * offset.mean,
        acrossPlaces: offset.meanSquare, acrossSamples: offset.meanSquare),
    ])
  }

  /// Chooses the factor of a kernel where it is used first.
  private mutating func calibrate(_ weight: Int, _ product: SignalMoments, to target: Double) {
    guard factors[weight] == nil, product.square > 0, product.square.isFinite,
      let family = weights[weight]?.expectation?.family
    else { return }
    switch family {
    case .constant, .structured: return
    case .uniform, .normal, .truncatedNormal, .orthogonal: break
    }
    factors[weight] = Self.rounded(target / product.rootMeanSquare)
  }

  /// To six digits: every machine's functions agree in so many.
  private static func rounded(_ factor: Double) -> Double {
    var unit = 1e6
    while factor * unit < 100_000, unit < 1e300 { unit *= 10 }
    while factor * unit >= 1_000_000, unit > 1e-300 { unit /= 10 }
    return (factor * unit).rounded() / unit
  }

  private mutating func softmax(_ index: Int, _ units: Int, _ input: SignalMoments) -> SignalMoments {
    let spread = max(input.square - max(input.acrossUnits, 0), 0)
    let shares = SoftmaxWeights(count: units, deviation: spread.squareRoot())
    let count = Double(units)
    slopes[index] = (shares.slopes / count, shares.slopes / count)
    let square = shares.squares / count
    let floor = 1 / (count * count)
    func kept(_ moment: Double) -> Double {
      guard spread > 0 else { return square }
      let share = min(max((moment - input.acrossUnits) / spread, 0), 1)
      return floor + (square - floor) * share
    }
    return SignalMoments(
      square: square, mean: 1 / count,
      acrossUnits: units > 1 ? (1 - shares.squares) / (count * (count - 1)) : square,
      acrossPlaces: kept(input.acrossPlaces), acrossSamples: kept(input.acrossSamples))
  }

  private mutating func normalized(
    _ index: Int, _ normalization: Normalization, _ input: SignalMoments
  ) -> SignalMoments? {
    let scale = normalization.scale == nil ? ValueExpectation.constant(1) : expectation(normalization.scale)
    let offset =
      normalization.offset == nil ? ValueExpectation.constant(0) : expectation(normalization.offset)
    guard let scale, let offset else { return nil }
    if case .unitLength(let size) = normalization.kind {
      let factor = 1 / (Double(size) * max(input.square, .leastNormalMagnitude))
      slopes[index] = (factor, factor)
      return input.scaled(by: factor.squareRoot())
    }
    // What the mean that is taken away has in common with each value.
    let removed: Double =
      switch normalization.kind {
      case .batch: input.acrossSamples
      case .layer: max(input.acrossUnits, input.mean * input.mean)
      case .group(let units):
        input.acrossPlaces / Double(units)
          + (1 - 1 / Double(units)) * min(input.acrossUnits, input.acrossPlaces)
      case .rootMeanSquare, .unitLength: 0
      }
    let variance = max(input.square - removed, 0)
    let factor = scale.meanSquare / (variance + normalization.epsilon)
    slopes[index] = (factor, factor)
    func kept(_ moment: Double) -> Double { min(max(moment - removed, 0), variance) * factor }
    let mean = normalization.kind == .rootMeanSquare ? input.mean * factor.squareRoot() : 0
    let centered = SignalMoments(
      square: variance * factor, mean: mean, acrossUnits: kept(input.acrossUnits),
      acrossPlaces: kept(input.acrossPlaces),
      acrossSamples: normalization.kind == .batch ? 0 : kept(input.acrossSamples))
    return .sum([
      centered,
      SignalMoments(
        square: offset.meanSquare, mean: offset.mean, acrossUnits: offset.mean * offset.mean,
        acrossPlaces: offset.meanSquare, acrossSamples: offset.meanSquare),
    ])
  }

  /// A signal that comes twice adds up with itself.
  private func sum(_ inputs: [Int], _ known: [SignalMoments]) -> SignalMoments {
    var counts: [Int: Double] = [:]
    for input in inputs { counts[input, default: 0] += 1 }
    var terms: [SignalMoments] = []
    for (place, input) in inputs.enumerated() {
      guard let count = counts.removeValue(forKey: input) else { continue }
      terms.append(known[place].scaled(by: count))
    }
    return .sum(terms)
  }

  private func affine(
    _ scale: Double, _ offset: Double, _ node: SignalGraph.Node, _ input: SignalMoments
  ) -> SignalMoments {
    // What rescales data prepares it.
    if node.inputs.first.map({ isData[$0] }) == true { return data }
    return .sum([input.scaled(by: scale), SignalMoments(square: offset * offset, mean: offset)])
  }

  private func meanPooled(_ window: PoolingWindow, _ input: SignalMoments) -> SignalMoments {
    let count = Double(max(window.count, 1))
    var result = input
    result.square = input.square / count + (1 - 1 / count) * input.acrossPlaces
    result.acrossUnits = min(input.acrossUnits, result.square)
    // One place is left, and what is common to places is all there is of two.
    result.acrossPlaces = min(input.acrossPlaces, result.square)
    return result
  }

  /// The largest of so many normal values, or of what ReLU leaves of them.
  private func maxPooled(_ window: PoolingWindow, _ input: SignalMoments) -> SignalMoments {
    guard input.square > 0, window.count > 1 else { return input }
    let isRectified = input.mean > 0
    let variance = isRectified ? 2 * input.square : input.square
    let share: Double
    if isRectified {
      // Cho & Saul 2009: E of two rectified values, which grows with their correlation.
      var (low, high) = (0.0, 1.0)
      for _ in 0..<30 {
        let middle = (low + high) / 2
        let grid = NormalGrid(mean: 0, variance: variance)
        let product = grid.meanProduct(covariance: middle * variance, whole: input.square) { max($0, 0) }
        if product < input.acrossPlaces { low = middle } else { high = middle }
      }
      share = (low + high) / 2
    } else {
      share = min(max(input.acrossPlaces / input.square, 0), 1)
    }
    let largest = NormalGrid.maximum(of: min(window.count, 1 << 16), share: share, variance: variance) {
      isRectified ? max($0, 0) : $0
    }
    let squareOfMean = largest.mean * largest.mean
    let growth = largest.square / input.square
    func grown(_ moment: Double) -> Double { max(squareOfMean, min(moment * growth, largest.square)) }
    return SignalMoments(
      square: largest.square, mean: largest.mean, acrossUnits: grown(input.acrossUnits),
      acrossPlaces: largest.across, acrossSamples: grown(input.acrossSamples))
  }
}
