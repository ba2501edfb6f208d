/// A normalization of a signal to unit variance, with a learned factor and offset.
package struct Normalization: Sendable, Hashable {
  /// The values that share a mean and a variance.
  package enum Kind: Sendable, Hashable {
    /// The samples of a batch, for each channel.
    case batch
    /// The units of one sample.
    case layer
    /// Groups of so many units of one sample, over all positions.
    case group(units: Int)
    /// The units of one sample, whose mean is kept.
    case rootMeanSquare
    /// The units of one sample, of which there are so many, scaled to unit length.
    case unitLength(Int)
  }

  package let kind: Kind
  /// The index of the learned factor in the order of creation, if there is one.
  package let scale: Int?
  /// The index of the learned offset in the order of creation, if there is one.
  package let offset: Int?
  /// The constant that is added to the variance.
  package let epsilon: Double
  /// How many values share a mean and a variance; `nil` if that is not known, or depends on the batch.
  package var count: Int?

  package init(_ kind: Kind, scale: Int? = nil, offset: Int? = nil, epsilon: Double = 1e-3) {
    self.kind = kind
    self.scale = scale
    self.offset = offset
    self.epsilon = epsilon
  }
}
