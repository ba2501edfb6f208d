import SignalGraph
import Tensors

/// A chain of layers for examples: linear maps, activations and batch normalizations, each of one width.
struct ExampleNetwork: Sendable {
  enum Layer: Sendable {
    /// A linear map with a kernel drawn from a zero-mean normal distribution: the gain is the factor that it
    /// applies to the mean square of a signal.
    case dense(gain: Double, stream: String? = nil, hasBias: Bool = false)
    /// A linear map whose kernel is one value throughout.
    case constant(Double)
    case activation(Activation)
    case batchNormalization
    /// A layer normalization over so many values.
    case layerNormalization(count: Int)
    /// A linear map like `dense` whose biases are one value.
    case biased(gain: Double, bias: Double)
  }

  let graph: WeightedGraph

  private init(graph: WeightedGraph) { self.graph = graph }

  /// - Parameters:
  ///   - layers: from the input to the output; the linear ones are called `dense_0`, `dense_1`, ….
  ///   - width: the number of units of each layer.
  init(_ layers: [Layer], width: Int = 100) {
    var graph = SignalGraph()
    var weights: [Int: WeightedGraph.Weight] = [:]
    var last = graph.append(.source, layer: "input", inputs: [])
    var name = "input"
    var denseCount = 0
    func append(_ operation: SignalOperation) { last = graph.append(operation, layer: name, inputs: [last]) }
    func addWeight(_ variable: String, _ shape: Shape, _ values: WeightedGraph.Values) -> Int {
      let index = weights.count
      weights[index] = WeightedGraph.Weight(
        name: "\(name)/\(variable)", layer: name, shape: shape, isKernel: shape.rank > 1, values: values)
      return index
    }
    func addDense(_ values: WeightedGraph.Values, bias: Double? = nil) {
      name = "dense_\(denseCount)"
      denseCount += 1
      let kernel = addWeight("kernel", Shape([width, width]), values)
      let bias = bias.map { addWeight("bias", Shape([width]), .declared(.constant($0))) }
      append(.linear(LinearMap(weight: kernel, fanIn: width, unitCount: width, bias: bias)))
    }
    for layer in layers {
      switch layer {
      case .dense(let gain, let stream, let hasBias):
        let deviation = (gain / Double(width)).squareRoot()
        addDense(
          .declared(
            ValueExpectation(family: .normal, mean: 0, standardDeviation: deviation), stream: stream),
          bias: hasBias ? 0 : nil)
      case .constant(let value): addDense(.declared(.constant(value)))
      case .activation(let activation): append(.activation(activation))
      case .batchNormalization: append(.normalization(Normalization(.batch)))
      case .layerNormalization(let count):
        var normalization = Normalization(.layer)
        normalization.count = count
        append(.normalization(normalization))
      case .biased(let gain, let bias):
        let deviation = (gain / Double(width)).squareRoot()
        addDense(
          .declared(ValueExpectation(family: .normal, mean: 0, standardDeviation: deviation)), bias: bias)
      }
    }
    self.graph = WeightedGraph(graph: graph, weights: weights)
  }

  /// An LSTM of 64 units whose biases are one value.
  static func lstm(forgetBias: Double, recurrentDeviation: Double) -> ExampleNetwork {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "input", inputs: [])
    var recurrence = Recurrence(
      .longShortTerm, .init(kernel: 0, recurrentKernel: 1, bias: 2), inputs: 32, units: 64,
      .init(output: .tanh, gates: .sigmoid))
    recurrence.steps = 10
    _ = graph.append(.recurrence(recurrence), layer: "lstm", inputs: [source])
    func weight(_ name: String, _ shape: [Int], _ expectation: ValueExpectation) -> WeightedGraph.Weight {
      WeightedGraph.Weight(
        name: "lstm/\(name)", layer: "lstm", shape: Shape(shape), isKernel: shape.count > 1,
        values: .declared(expectation))
    }
    func normal(_ deviation: Double) -> ValueExpectation {
      ValueExpectation(family: .normal, mean: 0, standardDeviation: deviation)
    }
    return ExampleNetwork(
      graph: WeightedGraph(
        graph: graph,
        weights: [
          0: weight("kernel", [32, 256], normal(0.08)),
          1: weight("recurrent_kernel", [64, 256], normal(recurrentDeviation)),
          2: weight("bias", [256], .constant(forgetBias)),
        ]))
  }

  /// So many linear maps of one gain, each with an activation behind it.
  static func stack(_ count: Int, gain: Double, _ activation: Activation) -> ExampleNetwork {
    ExampleNetwork((0..<count).flatMap { _ in [.dense(gain: gain), .activation(activation)] })
  }
}
