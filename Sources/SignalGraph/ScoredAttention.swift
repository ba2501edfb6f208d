/// A mean of values, weighted by a softmax over scores that queries and keys give without kernels of their
/// own, as of `Attention` and `AdditiveAttention`.
///
/// The inputs of the node are the query, the value and perhaps the key.
package struct ScoredAttention: Sendable, Hashable {
  /// How a query and a key give a score.
  package enum Score: Sendable, Hashable {
    /// Luong et al., EMNLP 2015: their inner product.
    case product
    /// Bahdanau et al., ICLR 2015: the sum of tanh(query + key).
    case additive
  }

  package let score: Score
  /// The index of the factor of the products, or of the terms of the sum; `nil` if there is none.
  package let scale: Int?
  /// The number of units of a query, and of a key.
  package let features: Int
  /// The number of units of a value.
  package let valueFeatures: Int
  package let queries, keys: Int
  /// Whether the third input is the key; otherwise the value is.
  package let hasKey: Bool
  /// The share of the weights that training sets to zero.
  package var dropout = 0.0

  package init(
    _ score: Score, scale: Int?, features: Int, valueFeatures: Int, queries: Int, keys: Int, hasKey: Bool
  ) {
    self.score = score
    self.scale = scale
    self.features = features
    self.valueFeatures = valueFeatures
    self.queries = queries
    self.keys = keys
    self.hasKey = hasKey
  }
}
