package import SignalGraph
package import Tensors

/// A model before it has values: its graph, and what its weights are declared to be.
package struct DeclaredModel: Sendable {
  package struct Weight: Sendable {
    package let path: String
    package let layer: String
    package let shape: Shape
    /// Whether its values connect units.
    package let isKernel: Bool
    /// `nil` where nothing is known of the values.
    package let expectation: ValueExpectation?
    /// The random stream, if one seed decides all values: equal streams give equal numbers.
    package let stream: String?
    /// Whether an optimizer may change it.
    package let isTrainable: Bool
    /// What was measured of each unit, if there are values.
    package let units: UnitMeasurements?
    /// All values in order, of what is measured and small.
    package let values: [Double]

    package init(
      path: String, layer: String, shape: Shape, isKernel: Bool, expectation: ValueExpectation?,
      stream: String?, isTrainable: Bool = true, units: UnitMeasurements? = nil, values: [Double] = []
    ) {
      self.path = path
      self.layer = layer
      self.shape = shape
      self.isKernel = isKernel
      self.expectation = expectation
      self.stream = stream
      self.isTrainable = isTrainable
      self.units = units
      self.values = values
    }
  }

  package let graph: SignalGraph
  /// By the numbers that the graph uses.
  package let weights: [Int: Weight]
  /// How large signals and gradients are predicted to be.
  package let propagation: SignalPropagation

  /// - Parameters:
  ///   - graph: what is computed.
  ///   - weights: by the numbers that the graph uses.
  ///   - inputDeviation: the standard deviation of the inputs.
  package init(graph: SignalGraph, weights: [Int: Weight], inputDeviation: Double = 1) {
    self.graph = graph
    self.weights = weights
    propagation = SignalPropagation(graph, weights, inputDeviation: inputDeviation)
  }

  /// The weights' numbers in order, so that findings come in the order of the model.
  var weightNumbers: [Int] { weights.keys.sorted() }
}
