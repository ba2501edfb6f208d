/// The operation of a node on its signals.
package enum SignalOperation: Sendable, Hashable {
  /// Data from outside, assumed to have unit mean square after preprocessing.
  case source
  case linear(LinearMap)
  case activation(Activation)
  case normalization(Normalization)
  case add
  case average
  /// A product of inputs, each repeated so often to the shape of the product; empty if that is not known.
  case multiply(repeats: [Int])
  /// So many channels of each input side by side; empty if that is not known.
  case concatenate(sizes: [Int])
  /// Values are rearranged, repeated, padded, cropped or selected; the scale is unchanged.
  case passThrough
  /// Whole positions are moved, repeated or dropped; units are unchanged.
  case places
  /// All positions are laid side by side, each with so many units; `nil` if their number is not known. `rows`
  /// are the sizes of the axes that become one, in their order.
  case flatten(units: Int?, rows: [Int]?)
  /// A share of the values is set to zero and the others are scaled up.
  case dropout(rate: Double)
  /// A factor and an offset for all values.
  case affine(scale: Double, offset: Double)
  /// A learned factor for each channel.
  case scaling(weight: Int)
  case meanPool(PoolingWindow?)
  case maxPool(PoolingWindow?)
  /// The larger, or the smaller, of several signals.
  case extremum
  /// A weighted mean over so many positions, whose weights are computed from the signals with these kernels.
  case attention(positions: Int?, kernels: [Int])
  /// Attention without kernels.
  case scoredAttention(ScoredAttention)
  /// Sums of products of two signals.
  case contraction(Contraction)
  /// The mean over so many units of each place.
  case unitMean(count: Int)
  case recurrence(Recurrence)
  /// A table look-up: the result is rows of the table.
  case lookup(weight: Int)
  /// A function that is flat wherever it is smooth, as rounding is: no gradient passes it.
  case gradientFree
  /// An operation of unknown effect, which uses these kernels.
  case opaque(kernels: [Int])

  package static let opaque = SignalOperation.opaque(kernels: [])
}

extension SignalOperation {
  /// The indices of the weights that connect units here.
  package var kernels: [Int] {
    switch self {
    case .linear(let map): [map.weight]
    case .lookup(let weight): [weight]
    case .recurrence(let recurrence): recurrence.kernels
    case .attention(_, let kernels), .opaque(let kernels): kernels
    default: []
    }
  }
}
