import SignalGraph
import Tensors
import Testing

@testable import WeightAudit

@Suite struct ActivationMomentsTests {
  /// E φ(z)² and E φ'(z)² at unit variance; closed forms, or SciPy's quadrature.
  private static let gains: [(Activation, Double, Double)] = [
    (.linear, 1, 1), (.relu, 0.5, 0.5), (.rectifier(negativeSlope: 0.2), 0.52, 0.52), (.elu, 0.6448, 0.668),
    (.selu, 1, 1.0718), (.tanh, 0.3943, 0.4645), (.sigmoid, 0.2934, 0.04484), (.softplus, 0.9217, 0.2933),
    (.softsign, 0.1830, 0.2277), (.silu, 0.3557, 0.3795), (.gelu, 0.4252, 0.4558),
    (.hardSilu, 0.3316, 0.3586), (.sparseSigmoid, 0.37901, 0.17067), (.logSigmoid, 0.92125, 0.29338),
    (.tanhShrink, 0.18288, 0.25299), (.squareplus, 1.5, 0.28932), (.sparsePlus, 0.52484, 0.37901),
    (.shrink(threshold: 0.5, isSoft: true), 0.41928, 0.61708),
    (.shrink(threshold: 0.5, isSoft: false), 0.96914, 0.61708), (.clipped(from: -1, to: 1), 0.51606, 0.68269),
    (.exponential, 7.38906, 7.38906), (.absolute, 1, 1), (.square, 3, 4),
  ]

  @Test(arguments: gains)
  func `an activation's moments are those of a normal input`(
    activation: Activation, square: Double, slope: Double
  ) throws {
    let moments = try #require(ActivationMoments(activation, SignalMoments(square: 1)))
    #expect(abs(moments.output.square / square - 1) < 0.005)
    #expect(abs(moments.slopeSquare / slope - 1) < 0.005)
  }

  /// Cho & Saul 2009: E ReLU(z) ReLU(z') = (sin θ + (π − θ) cos θ) / 2π.
  @Test(arguments: [(0.5, 0.30450), (0.9, 0.45180)])
  func `what two pre-activations have in common is known of ReLU`(correlation: Double, expected: Double)
    throws
  {
    let input = SignalMoments(
      square: 1, mean: 0, acrossUnits: correlation, acrossPlaces: 0, acrossSamples: 1)
    let moments = try #require(ActivationMoments(.relu, input)).output
    #expect(abs(moments.acrossUnits / expected - 1) < 0.01)
    #expect(abs(moments.acrossPlaces - moments.mean * moments.mean) < 1e-9)
    #expect(abs(moments.acrossSamples - moments.square) < 1e-9)
  }

  @Test func `narrow bends are seen by wide inputs`() throws {
    let moments = try #require(ActivationMoments(.tanh, SignalMoments(square: 1e6)))
    // E tanh'(z)² → ∫ sech⁴ / (σ √2π) = 4 / (3 σ √2π)
    #expect(abs(moments.slopeSquare / 5.319e-4 - 1) < 0.02)
    #expect(moments.output.square > 0.99)
  }

  @Test func `of what is not known nothing is said`() {
    #expect(ActivationMoments(.unknown, SignalMoments(square: 1)) == nil)
    #expect(ActivationMoments(.softmax(units: nil), SignalMoments(square: 1)) == nil)
    #expect(ActivationMoments(.tanh, SignalMoments(square: .infinity)) == nil)
  }
}

@Suite struct SoftmaxWeightsTests {
  /// Means over 20,000 draws with NumPy.
  @Test(
    "the weights of a softmax are spread as those of drawn scores",
    arguments: [
      (16, 0.3, 0.0679, 0.0625, 0.281), (16, 1, 0.1325, 0.0935, 0.871), (16, 3, 0.4753, 0.1104, 1.567),
      (64, 2, 0.1604, 0.0812, 1.677), (4, 1, 0.3908, 0.1662, 0.604),
    ])
  func spread(count: Int, deviation: Double, squares: Double, slopes: Double, tilt: Double) {
    let weights = SoftmaxWeights(count: count, deviation: deviation)
    #expect(abs(weights.squares / squares - 1) < 0.25)
    #expect(abs(weights.slopes / slopes - 1) < 0.35)
    #expect(abs(weights.tilt / tilt - 1) < 0.15)
  }

  @Test func `equal scores give equal weights, and a score far above takes all`() {
    #expect(abs(SoftmaxWeights(count: 10, deviation: 0).squares - 0.1) < 1e-12)
    #expect(SoftmaxWeights(count: 10, deviation: 1, excess: 100).squares > 0.999)
    #expect(SoftmaxWeights(count: 0, deviation: 1).squares == 1)
    #expect(SoftmaxWeights(count: 1 << 40, deviation: 0).squares < 1e-11)
    #expect(SoftmaxWeights(count: 5, deviation: .nan).squares == 1)
  }
}

@Suite struct SignalPropagationTests {
  private static func weight(_ index: Int, mean: Double = 0, deviation: Double) -> WeightedGraph.Weight {
    WeightedGraph.Weight(
      name: "w\(index)", layer: "l\(index)", shape: Shape([10, 10]), isKernel: true,
      values: .declared(ValueExpectation(family: .normal, mean: mean, standardDeviation: deviation)))
  }

  @Test func `a constant kernel adds coherently what its inputs share`() throws {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "in", inputs: [])
    let first = graph.append(
      .linear(LinearMap(weight: 0, fanIn: 10, unitCount: 10)), layer: "a", inputs: [source])
    let second = graph.append(
      .linear(LinearMap(weight: 0, fanIn: 10, unitCount: 10)), layer: "b", inputs: [first])
    let model = WeightedGraph(graph: graph, weights: [0: Self.weight(0, mean: 1, deviation: 0)])
    // Independent inputs add up to a variance of 10; ten equal ones to a hundred times theirs.
    #expect(try #require(model.propagation.signals[first]).square == 10)
    #expect(try #require(model.propagation.signals[second]).square == 1000)
  }

  @Test func `a mean over places keeps what they share, and hands the same back to all`() throws {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "in", inputs: [])
    let relu = graph.append(.activation(.relu), layer: "relu", inputs: [source])
    let pool = graph.append(.meanPool(PoolingWindow(global: 100)), layer: "pool", inputs: [relu])
    let model = WeightedGraph(graph: graph, weights: [:])
    let mean = 0.3989422804014327
    let expected = mean * mean + (0.5 - mean * mean) / 100
    #expect(abs(try #require(model.propagation.signals[pool]).square - expected) < 1e-4)
    #expect(abs(try #require(model.propagation.gradients[relu]).rootMeanSquare - 0.01) < 1e-12)
  }

  @Test func `a normalization takes the samples' common part away and divides the gradient`() throws {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "in", inputs: [])
    let map = graph.append(
      .linear(LinearMap(weight: 0, fanIn: 10, unitCount: 10)), layer: "a", inputs: [source])
    let norm = graph.append(
      .normalization(Normalization(.batch, epsilon: 0)), layer: "bn", inputs: [map])
    let model = WeightedGraph(graph: graph, weights: [0: Self.weight(0, deviation: 2)])
    #expect(abs(try #require(model.propagation.signals[norm]).square - 1) < 1e-12)
    #expect(abs(try #require(model.propagation.gradients[map]).square - 1.0 / 40) < 1e-12)
  }

  @Test func `what is not known makes nothing known of what depends on it`() {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "in", inputs: [])
    let custom = graph.append(.opaque, layer: "custom", inputs: [source])
    let relu = graph.append(.activation(.relu), layer: "relu", inputs: [custom])
    let signals = LayerSignal.all(in: WeightedGraph(graph: graph, weights: [:]))
    #expect(signals.map(\.forward) == [1, nil, nil])
    #expect(signals.map(\.gradient) == [nil, nil, 1])
    #expect(relu == 2)
  }
}
