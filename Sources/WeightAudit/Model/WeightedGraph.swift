package import SignalGraph
package import Tensors

/// A network's graph, with what is declared and, if there are values, measured of each weight.
package struct WeightedGraph: Sendable {
  package struct Weight: Sendable {
    /// The layer's name and the variable's: `dense/kernel`.
    package let name: String
    package let layer: String
    package let shape: Shape
    /// Whether its values connect units.
    package let isKernel: Bool
    /// Whether an optimizer may change it.
    package let isTrainable: Bool
    package let values: Values

    package init(
      name: String, layer: String, shape: Shape, isKernel: Bool, isTrainable: Bool = true, values: Values
    ) {
      self.name = name
      self.layer = layer
      self.shape = shape
      self.isKernel = isKernel
      self.isTrainable = isTrainable
      self.values = values
    }

    /// The distribution of the values; `nil` where nothing is known of them.
    package var expectation: ValueExpectation? { values.expectation }
  }

  /// What is known of a weight's values.
  package struct Values: Sendable {
    /// The distribution that is declared, or has the measured moments; `nil` where nothing is known.
    package let expectation: ValueExpectation?
    /// The smallest and the largest value that it has or can be drawn to have; `nil` where nothing is known.
    package let range: ClosedRange<Double>?
    /// The random stream, if one seed decides all values: equal streams give equal numbers.
    package let stream: String?
    /// What was measured of each unit; `nil` of declarations.
    package let units: UnitMeasurements?
    /// All values in order, if the weight is measured and small.
    package let sample: [Double]

    /// What is declared.
    package static func declared(_ expectation: ValueExpectation?, stream: String? = nil) -> Values {
      Values(
        expectation: expectation, range: expectation?.support, stream: stream, units: nil, sample: [])
    }

    /// What was measured. Values that are not finite make nothing known of the distribution.
    /// Nor do the integers of a quantized kernel, whose scale is another weight.
    package static func measured(_ measured: TensorMeasurements, isQuantized: Bool = false) -> Values {
      let isFinite = measured.count > 0 && measured.finiteCount == measured.count && !isQuantized
      return Values(
        expectation: isFinite
          ? ValueExpectation(
            family: .normal, mean: measured.mean, standardDeviation: measured.standardDeviation) : nil,
        range: isFinite ? measured.range : nil,
        stream: nil, units: measured.units,
        sample: measured.sample.count == measured.count ? measured.sample : [])
    }
  }

  package let graph: SignalGraph
  /// By the weights' indices in the graph.
  package let weights: [Int: Weight]
  /// The predicted scale of signals and gradients.
  package let propagation: SignalPropagation

  /// - Parameters:
  ///   - graph: what is computed.
  ///   - weights: by their indices in the graph.
  ///   - inputDeviation: the standard deviation of the inputs.
  package init(graph: SignalGraph, weights: [Int: Weight], inputDeviation: Double = 1) {
    self.graph = graph
    self.weights = weights
    propagation = SignalPropagation(graph, weights, inputDeviation: inputDeviation)
  }

  /// A graph whose weights are tensors of a file.
  ///
  /// - Parameters:
  ///   - graph: what is computed.
  ///   - tensors: those that are weights of the graph, and any others.
  ///   - inputDeviation: the standard deviation of the inputs.
  package init(graph: SignalGraph, measured tensors: [AuditedTensor], inputDeviation: Double = 1) {
    var weights: [Int: Weight] = [:]
    for tensor in tensors {
      guard let index = tensor.weight else { continue }
      weights[index] = Weight(
        name: tensor.name, layer: tensor.layer, shape: tensor.spec.shape,
        isKernel: tensor.role?.connectsUnits ?? false, isTrainable: tensor.isTrainable,
        values: .measured(
          tensor.measurements, isQuantized: tensor.isKernel && !tensor.spec.dtype.isFloatingPoint))
    }
    self.init(graph: graph, weights: weights, inputDeviation: inputDeviation)
  }

  /// The weights that are declared to hold, or to be drawn around, a value that is no finite number.
  func notFinite(_ isMeant: (Double) -> Bool) -> [Weight] {
    weightIndices.compactMap { weights[$0] }.filter { weight in
      weight.expectation.map { isMeant($0.mean) || (!$0.mean.isNaN && isMeant($0.standardDeviation)) }
        ?? false
    }
  }

  /// How often each kernel is used.
  var kernelUses: [Int: Int] {
    var uses: [Int: Int] = [:]
    for kernel in graph.nodes.flatMap(\.operation.kernels) { uses[kernel, default: 0] += 1 }
    return uses
  }

  /// The weights' indices in order, so that findings come in the order of the model.
  var weightIndices: [Int] { weights.keys.sorted() }
}
