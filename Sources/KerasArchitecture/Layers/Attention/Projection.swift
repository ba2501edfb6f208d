import Tensors

/// A projection of attention: a kernel over all input and output axes, and a bias over the output axes.
struct Projection {
  let inputs: [Int]
  let outputs: [Int]
  let kernel: InitializerReference
  let bias: BiasDeclaration
  /// Whether the initializer is told which axes are fans.
  let usesFanAxes: Bool

  /// Creates the two weights.
  func addWeights(to weights: WeightRecorder) throws(ArchitectureError) {
    let axes = FanAxes(input: Array(inputs.indices), output: outputs.indices.map { $0 + inputs.count })
    try weights.add("kernel", .kernel, inputs + outputs, kernel, .init(fans: usesFanAxes ? .axes(axes) : nil))
    try bias.add(outputs, weights)
  }
}

/// The layer that holds the weights of a projection: attention creates them, as their shapes follow from its
/// inputs.
struct ProjectionLayer: LayerKind {
  static let classNames = ["EinsumDense"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }
}
