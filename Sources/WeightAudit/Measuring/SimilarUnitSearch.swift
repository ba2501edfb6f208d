import SignalGraph
import Tensors

/// Finds units whose weights are nearly parallel, without comparing every pair.
///
/// A random projection of a unit, divided by its norm, hardly differs between parallel units. Units are sorted by one
/// projection, compared with their neighbours by all of them, and the few pairs that are left by their weights.
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

  /// The cosine that no pair of random units reaches but with a chance of `chance`: a pair is above c with a probability
  /// of at most (1 − c²)^((d − 1) / 2) / 2 on either side. `nil` where even equal units may be chance.
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
    var seen: Set<UInt64> = []
    let scales = units.squares.map { $0 > 0 && $0.isFinite ? 1 / $0.squareRoot() : nil }
    let sorted = units.squares.indices
      .filter { scales[$0] != nil && seen.insert(units.fingerprints[$0]).inserted }
      .map { unit in (unit: unit, key: abs(units.projection(0, unit) * (scales[unit] ?? 0))) }
      .sorted { ($0.key, $0.unit) < ($1.key, $1.unit) }
    // Five standard deviations of the difference of two units at the least cosine.
    let tolerance = 5 * (2 * (1 - Self.leastCosine)).squareRoot()
    var pairs: [(Int, Int)] = []
    for (place, one) in sorted.enumerated() {
      for other in sorted[(place + 1)...] {
        guard other.key - one.key < tolerance, pairs.count < Self.pairLimit else { break }
        let (first, second) = (min(one.unit, other.unit), max(one.unit, other.unit))
        guard let scale = scales[first], let otherScale = scales[second] else { continue }
        if agree(first, scale, second, otherScale, tolerance)
          || agree(first, scale, second, -otherScale, tolerance)
        {
          pairs.append((first, second))
          // One parallel unit is enough to tell of; a whole layer of them would have a million pairs.
          break
        }
      }
    }
    return pairs.sorted { $0 < $1 }
  }

  private func agree(
    _ first: Int, _ scale: Double, _ second: Int, _ otherScale: Double, _ tolerance: Double
  ) -> Bool {
    for number in 0..<UnitMeasurements.projectionCount {
      let difference = units.projection(number, first) * scale - units.projection(number, second) * otherScale
      if abs(difference) > tolerance { return false }
    }
    return true
  }

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
    var values = [Double](repeating: 0, count: rows.count * layout.inputs)
    let wanted = (0..<layout.units).map { rows[$0] ?? -1 }
    try request.source.forEachBlock(of: request.spec) { bytes, range in
      for element in range {
        let row = wanted[layout.unit(of: element)]
        guard row >= 0 else { continue }
        values[row * layout.inputs + layout.input(of: element)] =
          request.spec.dtype.value(in: bytes, at: element - range.lowerBound)
      }
    }
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
}
