import SignalGraph
import Tensors

/// What the weights of a linear map do to second moments.
struct KernelMoments {
  /// The mean over units of Σ w².
  let squares: Double
  /// The mean over units of (Σ w)².
  let squaredSums: Double
  /// The mean over pairs of units of Σ w w'.
  let acrossUnits: Double
  /// The mean over pairs of units of Σ w · Σ w'.
  let sumsAcrossUnits: Double
  /// The mean over units of Σ w.
  let sums: Double
  /// Σ w² over all the products that one input goes into.
  let backward: Double

  /// - Returns: `nil` if nothing is known of the weights.
  init?(_ map: LinearMap, _ weight: WeightedGraph.Weight?) {
    guard let weight, let expectation = weight.expectation, expectation.meanSquare.isFinite else {
      return nil
    }
    backward = map.fanOut * expectation.meanSquare
    if let units = weight.values.units, units.layout.inner == 1, units.layout.inputs == map.fanIn,
      units.layout.units == map.unitCount
    {
      let count = Double(map.unitCount)
      let square = units.squares.reduce(0, +)
      let sum = units.sums.reduce(0, +)
      let sumSquare = units.sums.reduce(0) { $0 + $1 * $1 }
      (squares, squaredSums, sums) = (square / count, sumSquare / count, sum / count)
      guard map.unitCount > 1 else {
        (acrossUnits, sumsAcrossUnits) = (0, 0)
        return
      }
      let pairs = count * (count - 1)
      sumsAcrossUnits = (sum * sum - sumSquare) / pairs
      acrossUnits = units.productOfPairs / pairs
      return
    }
    // As independent draws.
    let fanIn = Double(map.fanIn)
    let (mean, variance) = (expectation.mean, expectation.standardDeviation * expectation.standardDeviation)
    squares = fanIn * expectation.meanSquare
    sums = fanIn * mean
    squaredSums = fanIn * variance + sums * sums
    acrossUnits = fanIn * mean * mean
    sumsAcrossUnits = sums * sums
  }
}

extension UnitMeasurements {
  /// Σ w w' over all ordered pairs of different units and all inputs, estimated by random signs for the
  /// inputs.
  fileprivate var productOfPairs: Double {
    var total = 0.0
    for number in 0..<Self.projectionCount {
      var (sum, squares) = (0.0, 0.0)
      for unit in 0..<layout.units {
        let value = projection(number, unit)
        sum += value
        squares += value * value
      }
      total += sum * sum - squares
    }
    return total / Double(Self.projectionCount)
  }
}
