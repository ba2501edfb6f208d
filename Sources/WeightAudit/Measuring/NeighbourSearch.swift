import Tensors

/// Finds units that are close to each other, or to each other's opposite, in every projection.
///
/// Units are cut into groups by one projection after the other, so that whoever is close shares a group, until few are
/// left in a group: those are compared. The time grows little faster than the number of units.
struct NeighbourSearch {
  private static let projectionCount = UnitMeasurements.projectionCount
  /// Groups that are not worth cutting.
  private static let groupSize = 32

  private let tolerance: Double
  /// The units in the order of the magnitude of their first projection.
  private let units: [Int]
  /// Projections divided by the unit's norm, unit by unit in that order, with the sign that makes the first one positive.
  private let projections: [Double]

  /// - Parameters:
  ///   - measured: the units. Those without a norm or projections are left out, and equal ones but the first.
  ///   - tolerance: how far apart projections of neighbours may be, if the norms are one.
  init(_ measured: UnitMeasurements, tolerance: Double) {
    self.tolerance = tolerance
    var seen: Set<UInt64> = []
    units =
      measured.squares.indices
      .filter { unit in
        let square = measured.squares[unit]
        // Sums of the largest floats may overflow.
        return square > 0 && square.isFinite
          && (0..<Self.projectionCount).allSatisfy { measured.projection($0, unit).isFinite }
          && seen.insert(measured.fingerprints[unit]).inserted
      }
      .map { unit in
        (unit: unit, key: abs(measured.projection(0, unit) * (1 / measured.squares[unit].squareRoot())))
      }
      .sorted { ($0.key, $0.unit) < ($1.key, $1.unit) }
      .map(\.unit)
    projections = units.flatMap { unit in
      let scale = 1 / measured.squares[unit].squareRoot()
      let sign: Double = measured.projection(0, unit) < 0 ? -1 : 1
      return (0..<Self.projectionCount).map { sign * (measured.projection($0, unit) * scale) }
    }
  }

  /// A unit or its opposite, by its place in the order.
  private struct Member {
    let place: Int
    let sign: Double
  }

  /// Each unit with the next one in the order that is close to it: one neighbour is enough to tell of, and a layer of
  /// parallel units would have a million pairs.
  var pairs: [(Int, Int)] {
    var next = [Int](repeating: .max, count: units.count)
    let members = units.indices.flatMap { place in
      // Whoever is near zero may have its neighbour on either side.
      projections[place * Self.projectionCount] <= tolerance
        ? [Member(place: place, sign: 1), Member(place: place, sign: -1)] : [Member(place: place, sign: 1)]
    }
    search(members, by: 0, &next)
    return next.enumerated().compactMap { place, other in
      guard other < .max else { return nil }
      return (min(units[place], units[other]), max(units[place], units[other]))
    }
  }

  private func search(_ members: [Member], by number: Int, _ next: inout [Int]) {
    guard members.count > Self.groupSize, number < Self.projectionCount else {
      return compare(members, &next)
    }
    // Far from zero there are so few that they share a cell.
    let outermost = 32.0
    var cells = [[Member]](repeating: [], count: 2 * Int(outermost) + 1)
    for member in members {
      let value = member.sign * projections[member.place * Self.projectionCount + number] / tolerance
      cells[Int(min(max(value.rounded(.down), -outermost), outermost) + outermost)].append(member)
    }
    // Neighbours are in the same cell or in adjacent ones.
    for (index, cell) in cells.enumerated() where !cell.isEmpty {
      if index + 1 < cells.count, !cells[index + 1].isEmpty {
        search(cell + cells[index + 1], by: number + 1, &next)
      } else if index == 0 || cells[index - 1].isEmpty {
        search(cell, by: number + 1, &next)
      }
    }
  }

  private func compare(_ members: [Member], _ next: inout [Int]) {
    let sorted = members.sorted { $0.place < $1.place }
    for (index, one) in sorted.enumerated() {
      for other in sorted[(index + 1)...] where other.place > one.place {
        if other.place >= next[one.place] { break }
        if areClose(one, other) { next[one.place] = other.place }
      }
    }
  }

  private func areClose(_ one: Member, _ other: Member) -> Bool {
    let sign = one.sign * other.sign
    for number in 0..<Self.projectionCount {
      let first = projections[one.place * Self.projectionCount + number]
      let second = projections[other.place * Self.projectionCount + number]
      if abs(first - sign * second) > tolerance { return false }
    }
    return true
  }
}
