/// What one pass over a kernel measures of each of its units.
package struct UnitMeasurements: Sendable {
  /// How many random projections are taken of each unit.
  static let projectionCount = 12

  package let layout: UnitLayout
  /// ‖w‖² of each unit.
  package internal(set) var squares: [Double]
  /// Σ w of each unit.
  package internal(set) var sums: [Double]
  /// The largest weight of each unit.
  package internal(set) var largest: [Double]
  /// Equal for units of equal bits; unequal ones agree by a chance of 2⁻⁶⁴.
  package internal(set) var fingerprints: [UInt64]
  /// Equal for channels of the input that every unit weighs alike; empty where units are not on the last
  /// axis.
  package internal(set) var channelFingerprints: [UInt64]
  /// Σ ±w, projection by projection, with one sign for each input: `projection · units + unit`.
  package internal(set) var projections: [Float]
  /// Units that point the same way, or the opposite one; found in a second look at the values.
  package internal(set) var similar: [SimilarUnits] = []

  init(_ layout: UnitLayout) {
    self.layout = layout
    squares = [Double](repeating: 0, count: layout.units)
    sums = squares
    largest = [Double](repeating: -.infinity, count: layout.units)
    fingerprints = [UInt64](repeating: 0, count: layout.units)
    channelFingerprints = [UInt64](repeating: 0, count: layout.channels)
    projections = [Float](repeating: 0, count: layout.units * Self.projectionCount)
  }

  func projection(_ number: Int, _ unit: Int) -> Double { Double(projections[number * layout.units + unit]) }

  /// Groups of units with the same bits, zeros left out, each in order.
  package var identical: [[Int]] {
    var groups: [UInt64: [Int]] = [:]
    for unit in fingerprints.indices where squares[unit] > 0 {
      groups[fingerprints[unit], default: []].append(unit)
    }
    return groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
