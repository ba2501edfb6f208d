/// What consecutive blocks of a tensor add to the measurements of its units.
struct UnitBlock: Sendable {
  private let layout: UnitLayout
  /// The units that the blocks have weights of.
  private let touched: Range<Int>
  private var squares: [Double]
  private var sums: [Double]
  private var largest: [Double]
  private var fingerprints: [UInt64]
  /// Projection by projection, one for each touched unit.
  private var projections: [Float]
  private var channelFingerprints: [UInt64]
  /// A factor for each unit, so that a channel's fingerprint tells which unit has which weight.
  private let unitFactors: [UInt64]

  private static let projectionCount = UnitMeasurements.projectionCount

  /// - Parameters:
  ///   - range: the elements of all blocks.
  ///   - layout: where the units lie.
  init(_ range: Range<Int>, _ layout: UnitLayout) {
    self.layout = layout
    let outerSize = layout.units * layout.inner
    let isWithinOneOuter = range.lowerBound / outerSize == (range.upperBound - 1) / outerSize
    touched =
      isWithinOneOuter
      ? layout.unit(of: range.lowerBound)..<layout.unit(of: range.upperBound - 1) + 1 : 0..<layout.units
    squares = [Double](repeating: 0, count: touched.count)
    sums = squares
    largest = [Double](repeating: -.infinity, count: touched.count)
    fingerprints = [UInt64](repeating: 0, count: touched.count)
    projections = [Float](repeating: 0, count: touched.count * Self.projectionCount)
    channelFingerprints = [UInt64](repeating: 0, count: layout.channels)
    unitFactors = layout.channels > 0 ? (0..<layout.units).map { Scramble.mix(~UInt64($0)) | 1 } : []
  }

  /// Measures the block that follows those that were measured before.
  mutating func measure<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>, _ range: Range<Int>) {
    if layout.channels > 0 { unsafe measureChannels(values, range) }
    if layout.inner == 1 { unsafe measureRows(values, range) } else { unsafe measureRuns(values, range) }
  }

  /// What is random about a weight by its input: the factor of its fingerprint, and a sign for each
  /// projection.
  private struct Probe {
    let factor: UInt64
    private let bits: UInt64

    init(input: Int) {
      bits = Scramble.mix(UInt64(input))
      factor = bits | 1
    }

    func isNegative(_ projection: Int) -> Bool { bits >> (projection + 1) & 1 == 1 }
  }

  // MARK: - Units on the last axis: a row has one weight of each

  private mutating func measureRows<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>
  ) {
    var element = range.lowerBound
    while element < range.upperBound {
      let (input, column) = element.quotientAndRemainder(dividingBy: layout.units)
      // Whole rows as many as there are, or what there is of one.
      let rows = column == 0 ? (range.upperBound - element) / layout.units : 0
      let count = rows == 0 ? min(layout.units - column, range.upperBound - element) : rows * layout.units
      let start = element - range.lowerBound
      unsafe measureRows(
        UnsafeBufferPointer(rebasing: values[start..<start + count]), input, max(1, rows),
        column - touched.lowerBound)
      element += count
    }
  }

  /// How many units are measured over all rows before the next ones: what they add up to stays in the
  /// first-level cache.
  private static let tileWidth = 256

  /// - Parameters:
  ///   - values: the rows, one after the other.
  ///   - input: which input the first row is of.
  ///   - rows: how many there are.
  ///   - column: where the first value of a row goes among the touched units.
  private mutating func measureRows<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ input: Int, _ rows: Int, _ column: Int
  ) {
    let width = values.count / rows
    let probes = (input..<input + rows).map(Probe.init)
    for start in stride(from: 0, to: width, by: Self.tileWidth) {
      let tile = start..<min(width, start + Self.tileWidth)
      let units = column + tile.lowerBound..<column + tile.upperBound
      func row(_ number: Int) -> UnsafeBufferPointer<Value> {
        unsafe UnsafeBufferPointer(
          rebasing: values[number * width + tile.lowerBound..<number * width + tile.upperBound])
      }
      var number = 0
      while number + 4 <= rows {
        let four = unsafe (row(number), row(number + 1), row(number + 2), row(number + 3))
        unsafe addRows(
          four, (probes[number], probes[number + 1], probes[number + 2], probes[number + 3]), units)
        number += 4
      }
      while number < rows {
        unsafe addRow(row(number), probes[number], units)
        number += 1
      }
    }
  }

  private typealias Four<Element> = (Element, Element, Element, Element)

  /// Adds a weight of each of some units.
  private mutating func addRow<Value: MeasuredValue>(
    _ row: UnsafeBufferPointer<Value>, _ probe: Probe, _ units: Range<Int>
  ) {
    let factor = probe.factor
    unsafe withTile(units) { squares, sums, largest, fingerprints in
      for index in row.indices {
        let value = unsafe row[index].double
        unsafe squares[index] += value * value
        unsafe sums[index] += value
        unsafe largest[index] = value > largest[index] ? value : largest[index]
        unsafe fingerprints[index] &+= row[index].word &* factor
      }
    }
    for number in 0..<Self.projectionCount {
      let sign: Float = probe.isNegative(number) ? -1 : 1
      unsafe withProjections(number, units) { part in
        for index in row.indices { unsafe part[index] += sign * Float(row[index]) }
      }
    }
  }

  /// Adds four weights of each of some units.
  ///
  /// A projection adds or subtracts each of the four. But for a common sign there are eight such sums: they
  /// are made once, and every projection takes one of them. Arlazarov, Dinic, Kronrod & Faradzhev, 1970.
  private mutating func addRows<Value: MeasuredValue>(
    _ rows: Four<UnsafeBufferPointer<Value>>, _ probes: Four<Probe>, _ units: Range<Int>
  ) {
    let factors = (probes.0.factor, probes.1.factor, probes.2.factor, probes.3.factor)
    unsafe withTile(units) { squares, sums, largest, fingerprints in
      for index in unsafe rows.0.indices {
        let (a, b) = unsafe (rows.0[index].double, rows.1[index].double)
        let (c, d) = unsafe (rows.2[index].double, rows.3[index].double)
        unsafe squares[index] += (a * a + b * b) + (c * c + d * d)
        unsafe sums[index] += (a + b) + (c + d)
      }
      for index in unsafe rows.0.indices {
        let (a, b, c, d) = unsafe (rows.0[index], rows.1[index], rows.2[index], rows.3[index])
        // What compares with nothing never is the largest.
        var most = a > -.infinity ? a : -.infinity
        most = b > most ? b : most
        most = c > most ? c : most
        most = d > most ? d : most
        unsafe largest[index] = most.double > largest[index] ? most.double : largest[index]
      }
      for index in unsafe rows.0.indices {
        let first = unsafe rows.0[index].word &* factors.0 &+ rows.1[index].word &* factors.1
        let second = unsafe rows.2[index].word &* factors.2 &+ rows.3[index].word &* factors.3
        unsafe fingerprints[index] &+= first &+ second
      }
    }
    let width = units.count
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * width) { memory in
      func part(_ number: Int) -> UnsafeMutableBufferPointer<Float> {
        unsafe UnsafeMutableBufferPointer(rebasing: memory[number * width..<(number + 1) * width])
      }
      // Bit 0 subtracts the second row, bit 1 the third, bit 2 the fourth.
      let s = unsafe (part(0), part(1), part(2), part(3), part(4), part(5), part(6), part(7))
      for index in unsafe rows.0.indices {
        let (a, b) = unsafe (Float(rows.0[index]), Float(rows.1[index]))
        let (c, d) = unsafe (Float(rows.2[index]), Float(rows.3[index]))
        let (plus, minus, sum, difference) = (a + b, a - b, c + d, c - d)
        unsafe s.0[index] = plus + sum
        unsafe s.1[index] = minus + sum
        unsafe s.2[index] = plus - difference
        unsafe s.3[index] = minus - difference
        unsafe s.4[index] = plus + difference
        unsafe s.5[index] = minus + difference
        unsafe s.6[index] = plus - sum
        unsafe s.7[index] = minus - sum
      }
      for number in 0..<Self.projectionCount {
        let isNegative = probes.0.isNegative(number)
        let pattern =
          (probes.1.isNegative(number) == isNegative ? 0 : 1)
          | (probes.2.isNegative(number) == isNegative ? 0 : 2)
          | (probes.3.isNegative(number) == isNegative ? 0 : 4)
        let sum = unsafe UnsafeBufferPointer(part(pattern))
        unsafe withProjections(number, units) { part in
          if isNegative {
            for index in sum.indices { unsafe part[index] -= sum[index] }
          } else {
            for index in sum.indices { unsafe part[index] += sum[index] }
          }
        }
      }
    }
  }

  /// Parts of the arrays in buffers of their own: an index that is added up may overflow, and keeps a loop
  /// from running in vectors.
  @inline(__always)
  private mutating func withTile(
    _ units: Range<Int>,
    _ body: (
      _ squares: UnsafeMutableBufferPointer<Double>, _ sums: UnsafeMutableBufferPointer<Double>,
      _ largest: UnsafeMutableBufferPointer<Double>, _ fingerprints: UnsafeMutableBufferPointer<UInt64>
    ) -> Void
  ) {
    unsafe squares.withUnsafeMutableBufferPointer { squares in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe largest.withUnsafeMutableBufferPointer { largest in
          unsafe fingerprints.withUnsafeMutableBufferPointer { fingerprints in
            unsafe body(
              .init(rebasing: squares[units]), .init(rebasing: sums[units]), .init(rebasing: largest[units]),
              .init(rebasing: fingerprints[units]))
          }
        }
      }
    }
  }

  @inline(__always)
  private mutating func withProjections(
    _ number: Int, _ units: Range<Int>, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let start = number * touched.count
    unsafe projections.withUnsafeMutableBufferPointer { projections in
      unsafe body(.init(rebasing: projections[start + units.lowerBound..<start + units.upperBound]))
    }
  }

  private mutating func measureChannels<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>
  ) {
    unsafe unitFactors.withUnsafeBufferPointer { factors in
      var element = range.lowerBound
      while element < range.upperBound {
        let (input, column) = element.quotientAndRemainder(dividingBy: layout.units)
        let count = min(layout.units - column, range.upperBound - element)
        let start = element - range.lowerBound
        let row = unsafe UnsafeBufferPointer(rebasing: values[start..<start + count])
        let part = unsafe UnsafeBufferPointer(rebasing: factors[column..<column + count])
        var hash: UInt64 = 0
        for index in row.indices { unsafe hash &+= row[index].word &* part[index] }
        // The place in the window is told by a factor of its own.
        let (tap, channel) = input.quotientAndRemainder(dividingBy: layout.channels)
        channelFingerprints[channel] &+= hash &* (Scramble.mix(UInt64(tap)) | 1)
        element += count
      }
    }
  }

  // MARK: - Units on an earlier axis: a run of weights belongs to one of them

  /// How many inputs have their probes in memory at a time.
  private static let probeCount = 1024

  private mutating func measureRuns<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>
  ) {
    let outerSize = layout.units * layout.inner
    for outer in range.lowerBound / outerSize...(range.upperBound - 1) / outerSize {
      let part = range.clamped(to: outer * outerSize..<(outer + 1) * outerSize)
      let units = layout.unit(of: part.lowerBound)...layout.unit(of: part.upperBound - 1)
      for first in stride(from: 0, to: layout.inner, by: Self.probeCount) {
        let inputs = first..<min(layout.inner, first + Self.probeCount)
        let probes = RunProbes(
          inputs.lowerBound + outer * layout.inner..<inputs.upperBound + outer * layout.inner)
        for unit in units {
          let start = outer * outerSize + unit * layout.inner
          let run = (start + inputs.lowerBound..<start + inputs.upperBound).clamped(to: part)
          guard !run.isEmpty else { continue }
          unsafe addRun(
            UnsafeBufferPointer(
              rebasing: values[run.lowerBound - range.lowerBound..<run.upperBound - range.lowerBound]),
            probes, run.lowerBound - start - inputs.lowerBound, unit - touched.lowerBound)
        }
      }
    }
  }

  /// The probes of consecutive inputs, as loops like to have them.
  private struct RunProbes {
    var factors: [UInt64] = []
    /// The signs of each input's projections.
    var signs: [SIMD16<Float>] = []

    init(_ inputs: Range<Int>) {
      for input in inputs {
        let probe = Probe(input: input)
        factors.append(probe.factor)
        var signs = SIMD16<Float>()
        for number in 0..<UnitBlock.projectionCount { signs[number] = probe.isNegative(number) ? -1 : 1 }
        self.signs.append(signs)
      }
    }
  }

  private mutating func addRun<Value: MeasuredValue>(
    _ run: UnsafeBufferPointer<Value>, _ probes: RunProbes, _ first: Int, _ unit: Int
  ) {
    var (square, sum, largest, fingerprint) = (0.0, 0.0, -Double.infinity, UInt64(0))
    var sums = SIMD16<Float>()
    unsafe probes.factors.withUnsafeBufferPointer { factors in
      unsafe probes.signs.withUnsafeBufferPointer { signs in
        let factors = unsafe UnsafeBufferPointer(rebasing: factors[first..<first + run.count])
        let signs = unsafe UnsafeBufferPointer(rebasing: signs[first..<first + run.count])
        for index in run.indices {
          let value = unsafe run[index].double
          square += value * value
          sum += value
          largest = value > largest ? value : largest
          unsafe fingerprint &+= run[index].word &* factors[index]
          unsafe sums += signs[index] * Float(run[index])
        }
      }
    }
    squares[unit] += square
    self.sums[unit] += sum
    self.largest[unit] = max(self.largest[unit], largest)
    fingerprints[unit] &+= fingerprint
    for number in 0..<Self.projectionCount { projections[number * touched.count + unit] += sums[number] }
  }
}

// MARK: - Folding

extension UnitBlock {
  /// Adds the blocks that follow those that were added before.
  func add(to total: inout UnitMeasurements) {
    for channel in channelFingerprints.indices {
      total.channelFingerprints[channel] &+= channelFingerprints[channel]
    }
    Self.add(squares, to: &total.squares, at: touched.lowerBound) { $0 + $1 }
    Self.add(sums, to: &total.sums, at: touched.lowerBound) { $0 + $1 }
    Self.add(largest, to: &total.largest, at: touched.lowerBound) { $1 > $0 ? $1 : $0 }
    Self.add(fingerprints, to: &total.fingerprints, at: touched.lowerBound) { $0 &+ $1 }
    for number in 0..<Self.projectionCount {
      Self.add(
        projections[number * touched.count..<(number + 1) * touched.count], to: &total.projections,
        at: number * layout.units + touched.lowerBound
      ) { $0 + $1 }
    }
  }

  @inline(__always)
  private static func add<Part, Total>(
    _ part: some RandomAccessCollection<Part>, to total: inout [Total], at start: Int,
    _ sum: (Total, Part) -> Total
  ) {
    unsafe total.withUnsafeMutableBufferPointer { total in
      let total = unsafe UnsafeMutableBufferPointer(rebasing: total[start..<start + part.count])
      part.withContiguousStorageIfAvailable { part in
        for index in part.indices { unsafe total[index] = sum(total[index], part[index]) }
      }
    }
  }
}
