/// What a weight is to its layer.
package enum WeightRole: String, Sendable, Hashable {
  case kernel
  case recurrentKernel = "recurrent_kernel"
  case embeddings
  case bias
  /// A learned factor of a normalization.
  case scale
  /// A learned offset of a normalization.
  case offset
  /// A statistic that training updates without gradients.
  case statistic
  /// A slope or another parameter of an activation.
  case activation

  /// Whether its values connect units, so that equal values mean equal units.
  package var connectsUnits: Bool { self == .kernel || self == .recurrentKernel }

  /// Whether it holds a vector of weights for each unit or token.
  package var isTable: Bool { connectsUnits || self == .embeddings }
}
