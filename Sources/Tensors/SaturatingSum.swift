extension Sequence<Int> {
  /// The sum, or the largest integer where it would be larger: sizes that a file tells may be anything.
  package var saturatingSum: Int {
    reduce(0) { total, value in
      let (sum, overflow) = total.addingReportingOverflow(value)
      return overflow ? .max : sum
    }
  }
}
