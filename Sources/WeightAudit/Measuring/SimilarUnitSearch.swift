import SignalGraph
import Tensors

/// Finds units whose weights are nearly parallel, without comparing every pair.
///
/// A random projection of a unit, divided by its norm, hardly differs between parallel units. Units that are
/// neighbors in all projections are compared by their weights.
struct SimilarUnitSearch {
  /// The cosine from which units count as parallel. It rises where chance would reach it: see `bar`.
  static let leastCosine = 0.999
  /// How often one layer may have such a pair by chance.
  static let chance = 1e-6
  /// The most values that are held for the comparison of pairs.
  private static let valueLimit = 1 << 23
  /// The most pairs that are compared.
  private static let pairLimit = 1 << 16

  private let units: UnitMeasurements

  init(_ units: UnitMeasurements) { self.units = units }

  /// The cosine that no pair of random units reaches but with a chance of `chance`: a pair is above c with a
  /// probability of at most (1 − c²)^((d − 1) / 2) / 2 on either side. `nil` where even equal units may be
  /// chance.
  var bar: Double? {
    let inputs = Double(units.layout.inputs)
    let count = Double(units.layout.units)
    guard inputs > 1 else { return nil }
    let pairs = count * (count - 1) / 2
    // Both signs count.
    let sine = Elementary.power(Self.chance / pairs, 2 / (inputs - 1))
    let cosine = sine >= 1 ? 0 : (1 - sine).squareRoot()
    // Float32 tells cosines apart by some 10⁻⁷.
    return cosine > 1 - 1e-6 ? nil : max(Self.leastCosine, cosine)
  }

  /// Pairs of units that may be parallel. Units that are equal stand for each other.
  var candidates: [(Int, Int)] {
    guard bar != nil else { return [] }
    return Array(NeighborSearch(units, tolerance: Self.tolerance).pairs.prefix(Self.pairLimit)).sorted {
      $0 < $1
    }
  }

  /// Five standard deviations of the difference that units at the least cosine have in a projection.
  private static let tolerance = 5 * (2 * (1 - leastCosine)).squareRoot()

  /// The pairs whose cosine reaches the bar, by their weights.
  func compare(
    _ pairs: [(Int, Int)], _ request: ScanRequest
  ) throws(SourceFailure) -> [SimilarUnits] {
    guard let bar, !pairs.isEmpty else { return [] }
    let layout = units.layout
    let limit = max(2, Self.valueLimit / layout.inputs)
    var rows: [Int: Int] = [:]
    var kept: [(Int, Int)] = []
    for pair in pairs {
      guard rows.count + 2 <= limit else { break }
      for unit in [pair.0, pair.1] where rows[unit] == nil { rows[unit] = rows.count }
      kept.append(pair)
    }
    let values = try weights(of: rows, request)
    return kept.compactMap { first, second in
      guard let one = rows[first], let other = rows[second] else { return nil }
      var product = 0.0
      for input in 0..<layout.inputs {
        product += values[one * layout.inputs + input] * values[other * layout.inputs + input]
      }
      let cosine = product / (units.squares[first] * units.squares[second]).squareRoot()
      return abs(cosine) >= bar ? SimilarUnits(first: first, second: second, cosine: cosine) : nil
    }
  }
  /// The weights of some units, unit by unit in the order of their places.
  private func weights(
    of places: [Int: Int], _ request: ScanRequest
  ) throws(SourceFailure) -> [Double] {
    let layout = units.layout
    let wanted = places.sorted { $0.key < $1.key }
    var values = [Double](repeating: 0, count: places.count * layout.inputs)
    let outerSize = layout.units * layout.inner
    try unsafe request.source.forEachBlock(of: request.spec) { bytes, range in
      guard !range.isEmpty else { return }
      for outer in range.lowerBound / outerSize...(range.upperBound - 1) / outerSize {
        for (unit, place) in wanted {
          let start = outer * outerSize + unit * layout.inner
          for element in (start..<start + layout.inner).clamped(to: range) {
            values[place * layout.inputs + layout.input(of: element)] =
              unsafe request.spec.dtype.value(in: bytes, at: element - range.lowerBound)
          }
        }
      }
    }
    return values
  }
}
