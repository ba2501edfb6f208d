/// What a draw is distributed as. Parameters are doubles until a backend's own rules round them.
package enum Distribution: Sendable, Hashable {
  /// Uniform on `[lower, upper)`.
  case uniform(lower: Double, upper: Double)
  case normal(mean: Double, standardDeviation: Double)
  /// A normal conditioned on lying within two standard deviations of its mean.
  case truncatedNormal(mean: Double, standardDeviation: Double)
}
