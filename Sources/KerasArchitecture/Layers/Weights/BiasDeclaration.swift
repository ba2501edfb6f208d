import Tensors

/// The `use_bias` and `bias_initializer` that most layers share.
struct BiasDeclaration {
  private let isUsed: Bool
  private let initializer: InitializerReference

  /// Keras makes the initializer whether the bias is used or not.
  init(_ config: LayerConfig) throws(ArchitectureError) {
    isUsed = try config.bool("use_bias", default: true)
    initializer = try config.initializer("bias_initializer", default: "zeros")
  }

  private init(isUsed: Bool, initializer: InitializerReference) {
    self.isUsed = isUsed
    self.initializer = initializer
  }

  /// The same with a clone of the initializer.
  func cloned(_ weights: WeightRecorder) -> BiasDeclaration {
    BiasDeclaration(isUsed: isUsed, initializer: weights.clone(initializer))
  }

  func add(_ shape: [Int], _ weights: WeightRecorder) throws(ArchitectureError) {
    if isUsed { try weights.add("bias", .bias, shape, initializer) }
  }

  /// Adds an LSTM's bias, whose second quarter, that of the forget gate, is filled with ones or by `forget`.
  func addWithForgetGate(
    units: Int, _ weights: WeightRecorder, forget: InitializerReference? = nil
  ) throws(ArchitectureError) {
    guard isUsed else { return }
    guard let all = CheckedSize.product([4, units]), let last = CheckedSize.product([2, units]) else {
      throw weights.error("the bias of 4 gates of \(units) units is too large; expected at most 2^56 units")
    }
    try weights.add(
      "bias", .bias, [all],
      parts: [
        ([units], initializer), ([units], forget ?? weights.fixedInitializer("ones")),
        ([last], initializer),
      ])
  }

  /// Adds one gate's bias.
  func addGate(_ name: String, units: Int, _ weights: WeightRecorder) throws(ArchitectureError) {
    try weights.add(name, .bias, [units], initializer)
  }
}
