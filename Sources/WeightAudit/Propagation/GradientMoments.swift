/// Second moments of the gradient with respect to a signal.
package struct GradientMoments: Sendable, Hashable {
  /// E g².
  package var square: Double
  /// E g g', of one unit at two places: what a mean over places hands to all of them alike.
  var acrossPlaces: Double

  func scaled(_ factor: Double, acrossPlaces other: Double? = nil) -> GradientMoments {
    GradientMoments(square: square * factor, acrossPlaces: acrossPlaces * (other ?? factor))
  }

  mutating func add(_ other: GradientMoments) {
    square += other.square
    acrossPlaces += other.acrossPlaces
  }

  package var rootMeanSquare: Double { square.squareRoot() }
}
