import SignalGraph
import Tensors

extension SignalMoments {
  /// The moments of means over so many positions, with the nearly equal weights that fresh queries and keys
  /// give.
  ///
  /// Every place gets the same.
  func attended(over positions: Int) -> SignalMoments {
    let count = Double(max(positions, 1))
    var result = self
    result.square = square / count + (1 - 1 / count) * acrossPlaces
    result.acrossUnits = min(acrossUnits, result.square)
    result.acrossPlaces = result.square
    result.acrossSamples = min(acrossSamples, result.square)
    return result
  }
}

/// Signals and gradients through attention whose scores come from the signals themselves.
///
/// Without kernels of their own, the scores of wide queries and keys spread widely, and a few keys get all
/// the weight.
struct AttentionPropagation {
  let output: SignalMoments
  private let attention: ScoredAttention
  private let query, value, key: (node: Int, signal: SignalMoments)
  private let weights: SoftmaxWeights
  /// The mean square of the derivative of a score by one unit of the query.
  private let slope: (query: Double, key: Double)

  /// - Parameters:
  ///   - attention: the operation.
  ///   - inputs: the nodes of the query, the value and perhaps the key.
  ///   - signals: theirs.
  ///   - expectation: of a weight, by its index.
  ///
  /// It is `nil` if an input is missing, or nothing is known of the factor.
  init?(
    _ attention: ScoredAttention, _ inputs: [Int], _ signals: [SignalMoments],
    expectation: (Int) -> ValueExpectation?
  ) {
    guard inputs.count == signals.count, inputs.count >= (attention.hasKey ? 3 : 2), attention.keys > 0 else {
      return nil
    }
    let query = (node: inputs[0], signal: signals[0])
    let value = (node: inputs[1], signal: signals[1])
    let key = attention.hasKey ? (node: inputs[2], signal: signals[2]) : value
    var scale = 1.0
    if let weight = attention.scale {
      guard let expectation = expectation(weight) else { return nil }
      scale = expectation.meanSquare
    }
    let features = Double(max(attention.features, 1))
    let varying = max(key.signal.square - key.signal.acrossPlaces, 0)
    var excess: Double?
    let deviation: Double
    switch attention.score {
    case .product:
      deviation = (scale * features * query.signal.square * varying).squareRoot()
      slope = (scale * varying, scale * query.signal.square)
      // A place that attends to itself multiplies its values with themselves.
      if query.node == key.node { excess = scale.squareRoot() * features * varying }
    case .additive:
      var sum = SignalMoments.sum([query.signal, key.signal])
      sum.acrossPlaces = query.signal.square + key.signal.acrossPlaces
      guard let activated = ActivationMoments(.tanh, sum) else { return nil }
      let spread = max(activated.output.square - activated.output.acrossPlaces, 0)
      deviation = (scale * features * spread).squareRoot()
      slope = (scale * activated.slopeSquare, scale * activated.slopeSquare)
    }
    guard deviation.isFinite else { return nil }
    let weights = SoftmaxWeights(count: attention.keys, deviation: deviation, excess: excess)
    self.attention = attention
    (self.query, self.value, self.key, self.weights) = (query, value, key, weights)
    let common = min(max(value.signal.acrossPlaces, 0), value.signal.square)
    let own = value.signal.square - common
    // Values that are the keys lie in the direction of the query.
    let tilt =
      key.node == value.node && attention.score == .product ? weights.tilt * weights.tilt / features : 0
    let kept = 1 / max(1 - attention.dropout, .leastNormalMagnitude)
    let square = (min(weights.squares + tilt, 1) * own + common) * kept
    var result = value.signal
    result.square = square
    result.acrossUnits = min(value.signal.acrossUnits, square)
    // Places that attend to themselves get themselves.
    let mean = 1 / Double(attention.keys)
    result.acrossPlaces = min(own * mean + common, square)
    result.acrossSamples = min(value.signal.acrossSamples, square)
    output = result
  }

  /// The gradient that an input gets in all its roles; `nil` if it has none.
  func gradient(_ gradient: GradientMoments, to node: Int) -> GradientMoments? {
    let (queries, keys) = (Double(max(attention.queries, 1)), Double(max(attention.keys, 1)))
    var total = GradientMoments(square: 0, acrossPlaces: 0)
    let kept = 1 / max(1 - attention.dropout, .leastNormalMagnitude)
    if node == value.node {
      let common = min(max(gradient.acrossPlaces, 0), gradient.square)
      let ratio = queries / keys
      let shared = ratio * ratio * common
      total.add(
        GradientMoments(
          square: ratio * kept * weights.squares * (gradient.square - common) + shared, acrossPlaces: shared))
    }
    // The gradient with respect to a query's scores, summed over them.
    let spread = max(value.signal.square - value.signal.acrossPlaces, 0)
    let scores =
      gradient.square * Double(max(attention.valueFeatures, 1)) * spread * weights.slopes
    if node == query.node { total.add(GradientMoments(square: scores * slope.query, acrossPlaces: 0)) }
    if node == key.node {
      total.add(GradientMoments(square: scores * slope.key * queries / keys, acrossPlaces: 0))
    }
    return total
  }
}
