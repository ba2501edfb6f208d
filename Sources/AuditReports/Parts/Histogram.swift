/// The number of values in each of equal bins; values beyond the ends count in the last ones.
struct Histogram {
  let range: ClosedRange<Double>
  let counts: [Int]

  init(_ values: [Double], range: ClosedRange<Double>, bins: Int) {
    self.range = range
    var counts = [Int](repeating: 0, count: bins)
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    for value in values where value.isFinite {
      let bin = (value - range.lowerBound) / width
      counts[bin < 0 ? 0 : bin >= Double(bins) || bin.isNaN ? bins - 1 : Int(bin)] += 1
    }
    self.counts = counts
  }
}
