import Tensors

/// Finds units that are close to each other, or to each other's opposite, in every projection.
///
/// Each unit is compared with some that follow it in one projection: where units are much alike, that finds a
/// neighbor. For those that are left units are cut into groups by one projection after the other, so that
/// whoever is close shares a group, until few are left in a group: those are compared. The time grows little
/// faster than the number of units.
struct NeighborSearch {
  private static let projectionCount = UnitMeasurements.projectionCount
  /// The size below which groups are compared rather than cut.
  private static let groupSize = 32
  /// How many that follow it a unit is compared with at first.
  private static let trialCount = 128
  /// How many of its neighbors a unit is paired with: whoever is close in every projection need not be close.
  private static let neighborLimit = 8
  /// How many pairs are compared rather than that units are cut into groups.
  private static let pairLimit = 1 << 26

  private let tolerance: Double
  /// The units in the order of the magnitude of their first projection.
  private let units: [Int]
  /// Projections divided by the unit's norm, unit by unit in that order, with the sign that makes the first
  /// one positive.
  private let projections: [Double]

  /// - Parameters:
  ///   - measured: the units. Those without a norm or projections are left out, and equal ones but the first.
  ///   - tolerance: how far apart projections of neighbors may be, if the norms are one.
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

  /// Each unit with the next ones in the order that are close to it: a few neighbors are enough for a report,
  /// and a layer of parallel units would have a million pairs.
  var pairs: [(Int, Int)] {
    var search = Search(count: units.count)
    for place in units.indices { tryFollowing(place, Self.trialCount, &search) }
    let unsettled = units.indices.filter { !search.isSettled[$0] }
    if unsettled.count * units.count <= Self.pairLimit {
      for place in unsettled { tryFollowing(place, units.count, &search) }
    }
    let members = units.indices.flatMap { place in
      // Whoever is near zero may have its neighbor on either side.
      projections[place * Self.projectionCount] <= tolerance
        ? [Member(place: place, sign: 1), Member(place: place, sign: -1)] : [Member(place: place, sign: 1)]
    }
    cut(members, by: 0, &search)
    // The first neighbor of each unit, then the second ones.
    return (0..<Self.neighborLimit).flatMap { rank in
      search.next.enumerated().compactMap { place, others in
        guard rank < others.count else { return nil }
        let other = others[rank]
        return (min(units[place], units[other]), max(units[place], units[other]))
      }
    }
  }

  /// What is known of each unit, by its place.
  private struct Search {
    /// The neighbors that were found.
    var next: [[Int]]
    /// Whether there are no others, or enough.
    var isSettled: [Bool]

    init(count: Int) {
      next = [[Int]](repeating: [], count: count)
      isSettled = [Bool](repeating: false, count: count)
    }

    mutating func add(_ other: Int, to place: Int, limit: Int) {
      guard !next[place].contains(other) else { return }
      next[place].append(other)
      isSettled[place] = next[place].count == limit
    }
  }

  private func tryFollowing(_ place: Int, _ count: Int, _ search: inout Search) {
    let one = Member(place: place, sign: 1)
    let last = min(units.count, place + 1 + count)
    for other in place + 1..<max(last, place + 1) {
      let distance = projections[other * Self.projectionCount] - projections[place * Self.projectionCount]
      if distance > tolerance {
        search.isSettled[place] = true
        return
      }
      if areClose(one, Member(place: other, sign: 1)) || areClose(one, Member(place: other, sign: -1)) {
        search.add(other, to: place, limit: Self.neighborLimit)
        if search.isSettled[place] { return }
      }
    }
    search.isSettled[place] = last == units.count
  }

  private func cut(_ members: [Member], by projection: Int, _ search: inout Search) {
    guard members.contains(where: { !search.isSettled[$0.place] }) else { return }
    guard members.count > Self.groupSize, projection < Self.projectionCount else {
      return compare(members, &search)
    }
    // Far from zero there are so few that they share a cell.
    let outermost = 32.0
    var cells = [[Member]](repeating: [], count: 2 * Int(outermost) + 1)
    for member in members {
      let value = member.sign * projections[member.place * Self.projectionCount + projection] / tolerance
      cells[Int(min(max(value.rounded(.down), -outermost), outermost) + outermost)].append(member)
    }
    // Neighbors are in the same cell or in adjacent ones.
    for (index, cell) in cells.enumerated() where !cell.isEmpty {
      if index + 1 < cells.count, !cells[index + 1].isEmpty {
        cut(cell + cells[index + 1], by: projection + 1, &search)
      } else if index == 0 || cells[index - 1].isEmpty {
        cut(cell, by: projection + 1, &search)
      }
    }
  }

  private func compare(_ members: [Member], _ search: inout Search) {
    let sorted = members.sorted { $0.place < $1.place }
    for (index, one) in sorted.enumerated() where !search.isSettled[one.place] {
      for other in sorted[(index + 1)...] where other.place > one.place && areClose(one, other) {
        search.add(other.place, to: one.place, limit: Self.neighborLimit)
        if search.isSettled[one.place] { break }
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
