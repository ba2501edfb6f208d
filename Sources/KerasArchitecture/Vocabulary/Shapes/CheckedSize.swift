/// Arithmetic on sizes that come from a file: `nil` means that the result is too large.
enum CheckedSize {
  static func product(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
      let (product, overflow) = result.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      result = product
    }
    return result
  }

  static func difference(_ first: Int, _ second: Int) -> Int? {
    let (difference, overflow) = first.subtractingReportingOverflow(second)
    return overflow ? nil : difference
  }

  static func sum(_ terms: [Int]) -> Int? {
    var result = 0
    for term in terms {
      let (sum, overflow) = result.addingReportingOverflow(term)
      guard !overflow else { return nil }
      result = sum
    }
    return result
  }
}
