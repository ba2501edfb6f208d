import SignalGraph

/// Gaussian expectations of an activation: what it makes of normal pre-activations.
///
/// Poole et al., NeurIPS 2016; Schoenholz et al., ICLR 2017. The integrals are sums over a grid that is fine
/// both where the normal has its mass and around zero, where activations bend.
struct ActivationMoments {
  /// The moments of φ(z).
  let output: SignalMoments
  /// E φ'(z)².
  let slopeSquare: Double
  /// E φ'(z) φ'(z') of one unit at two places.
  let slopeAcrossPlaces: Double

  /// - Returns: `nil` where nothing is known of the activation.
  init?(_ activation: Activation, _ input: SignalMoments) {
    if activation == .linear {
      (output, slopeSquare, slopeAcrossPlaces) = (input, 1, 1)
      return
    }
    guard activation.value(0) != nil, input.isFinite else { return nil }
    let normal = NormalGrid(mean: input.mean, variance: input.variance)
    guard let mean = normal.mean(of: activation.value),
      let slope = normal.meanSquare(of: activation.derivative),
      let square = normal.meanSquare(of: activation.value)
    else { return nil }
    /// E f(z) f(z') for two pre-activations whose product has this mean.
    func across(_ moment: Double, _ whole: Double, _ function: (Double) -> Double?) -> Double {
      let covariance = min(max(moment - input.mean * input.mean, 0), input.variance)
      return normal.meanProduct(covariance: covariance, whole: whole, function)
    }
    output = SignalMoments(
      square: square, mean: mean, acrossUnits: across(input.acrossUnits, square, activation.value),
      acrossPlaces: across(input.acrossPlaces, square, activation.value),
      acrossSamples: across(input.acrossSamples, square, activation.value))
    slopeSquare = slope
    slopeAcrossPlaces = across(input.acrossPlaces, slope, activation.derivative)
  }
}
