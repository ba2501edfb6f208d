/// A linear map: each output is a sum over `fanIn` products of an input and a weight.
package struct LinearMap: Sendable, Hashable {
  /// The index of the weight in the order of creation.
  package let weight: Int
  /// The number of inputs that reach one output.
  package let fanIn: Int
  /// The number of outputs that one input reaches, averaged over the positions of a stride.
  package let fanOut: Double
  /// The number of units that compute from the same inputs: fewer than two cannot be symmetric.
  package let unitCount: Int
  /// The axis of the weight, from the end, that counts units: −1, or −2 of a transposed convolution.
  package let unitAxis: Int
  /// The index of the weight that is added to the sums, if there is one.
  package let bias: Int?
  /// The share of the window that lies within the map, on average: below one where zeros are padded.
  package var coverage = 1.0
  /// Whether an output depends on one channel only, as in a depthwise convolution.
  package var isDepthwise = false

  /// - Parameters:
  ///   - weight: the index of the kernel.
  ///   - fanIn: the number of inputs that reach one output.
  ///   - fanOut: the number of outputs that one input reaches; defaults to the units, as in a dense layer.
  ///   - unitCount: the number of units that compute from the same inputs.
  ///   - unitAxis: the kernel's axis that counts units, from the end.
  ///   - bias: the index of the bias.
  package init(
    weight: Int, fanIn: Int, fanOut: Double? = nil, unitCount: Int, unitAxis: Int = -1, bias: Int? = nil
  ) {
    self.weight = weight
    self.fanIn = fanIn
    self.fanOut = fanOut ?? Double(unitCount)
    self.unitCount = unitCount
    self.unitAxis = unitAxis
    self.bias = bias
  }
}
