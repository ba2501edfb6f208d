/// What a block of a tensor adds to the measurements of its units.
struct UnitBlock: Sendable {
  private let layout: UnitLayout
  /// The units that the block has weights of.
  private let touched: Range<Int>
  private var squares: [Double]
  private var sums: [Double]
  private var largest: [Double]
  private var fingerprints: [UInt64]
  private var projections: [Float]
  private var channelFingerprints: [UInt64]
  /// A factor for each unit, so that a channel's fingerprint tells which unit has which weight.
  private var unitFactors: [UInt64] = []

  private static let projectionCount = UnitMeasurements.projectionCount

  init<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>, _ layout: UnitLayout
  ) {
    self.layout = layout
    let isWithinOneOuter =
      range.lowerBound / (layout.units * layout.inner) == (range.upperBound - 1)
      / (layout.units * layout.inner)
    touched =
      isWithinOneOuter
      ? layout.unit(of: range.lowerBound)..<layout.unit(of: range.upperBound - 1) + 1 : 0..<layout.units
    squares = [Double](repeating: 0, count: touched.count)
    sums = squares
    largest = [Double](repeating: -.infinity, count: touched.count)
    fingerprints = [UInt64](repeating: 0, count: touched.count)
    projections = [Float](repeating: 0, count: touched.count * Self.projectionCount)
    channelFingerprints = [UInt64](repeating: 0, count: layout.channels)
    if layout.channels > 0 {
      unitFactors = (0..<layout.units).map { Scramble.mix(~UInt64($0)) | 1 }
      measureChannels(values, range)
      unitFactors = []
    }
    if layout.inner == 1 { measureRows(values, range) } else { measureRuns(values, range) }
  }

  /// Units on the last axis: a row has one weight of each.
  private mutating func measureRows<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>
  ) {
    let width = touched.count
    squares.withUnsafeMutableBufferPointer { squares in
      sums.withUnsafeMutableBufferPointer { sums in
        largest.withUnsafeMutableBufferPointer { largest in
          fingerprints.withUnsafeMutableBufferPointer { fingerprints in
            projections.withUnsafeMutableBufferPointer { projections in
              var element = range.lowerBound
              while element < range.upperBound {
                let input = element / layout.units
                let end = min(range.upperBound, (input + 1) * layout.units)
                let first = element - input * layout.units - touched.lowerBound
                let row = UnsafeBufferPointer(
                  rebasing: values[element - range.lowerBound..<end - range.lowerBound])
                let random = Scramble.mix(UInt64(input))
                for (offset, value) in row.enumerated() {
                  let double = value.double
                  squares[first + offset] += double * double
                  sums[first + offset] += double
                  largest[first + offset] = max(largest[first + offset], double)
                  fingerprints[first + offset] &+= value.word &* (random | 1)
                }
                for number in 0..<Self.projectionCount {
                  let sign: Float = random >> (number + 1) & 1 == 0 ? 1 : -1
                  // A part of its own: an index that is added up may overflow, and keeps a loop from running in vectors.
                  let part = UnsafeMutableBufferPointer(
                    rebasing: projections[number * width + first..<number * width + first + row.count])
                  for offset in row.indices { part[offset] += sign * Float(row[offset]) }
                }
                element = end
              }
            }
          }
        }
      }
    }
  }

  private mutating func measureChannels<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>
  ) {
    var element = range.lowerBound
    while element < range.upperBound {
      let input = element / layout.units
      let end = min(range.upperBound, (input + 1) * layout.units)
      var hash: UInt64 = 0
      for place in element..<end {
        hash &+= values[place - range.lowerBound].word &* unitFactors[place - input * layout.units]
      }
      // The place in the window is told by a factor of its own.
      let (tap, channel) = input.quotientAndRemainder(dividingBy: layout.channels)
      channelFingerprints[channel] &+= hash &* (Scramble.mix(UInt64(tap)) | 1)
      element = end
    }
  }

  /// Units on an earlier axis: a run of weights belongs to one of them.
  private mutating func measureRuns<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>
  ) {
    for element in range {
      let value = values[element - range.lowerBound]
      let unit = layout.unit(of: element) - touched.lowerBound
      let random = Scramble.mix(UInt64(layout.input(of: element)))
      squares[unit] += value.double * value.double
      sums[unit] += value.double
      largest[unit] = max(largest[unit], value.double)
      fingerprints[unit] &+= value.word &* (random | 1)
      for number in 0..<Self.projectionCount {
        projections[number * touched.count + unit] +=
          random >> (number + 1) & 1 == 0 ? Float(value) : -Float(value)
      }
    }
  }

  /// Adds the block that follows those that were added before.
  func add(to total: inout TensorMeasurements) {
    for channel in channelFingerprints.indices {
      total.units?.channelFingerprints[channel] &+= channelFingerprints[channel]
    }
    for (index, unit) in touched.enumerated() {
      total.units?.squares[unit] += squares[index]
      total.units?.sums[unit] += sums[index]
      let known = total.units?.largest[unit] ?? -.infinity
      total.units?.largest[unit] = max(known, largest[index])
      total.units?.fingerprints[unit] &+= fingerprints[index]
      for number in 0..<Self.projectionCount {
        total.units?.projections[number * layout.units + unit] += Double(
          projections[number * touched.count + index])
      }
    }
  }
}
