/// The shape of a layer's input or output, where sizes such as the batch's may be unknown.
package struct PartialShape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  package var dimensions: [Int?]

  package init(_ dimensions: [Int?]) { self.dimensions = dimensions }
  package init(arrayLiteral elements: Int?...) { self.init(elements) }

  package var rank: Int { dimensions.count }
  package var batch: Int? { dimensions.first ?? nil }
  package var last: Int? { dimensions.last ?? nil }

  /// As Keras prints it: `(None, 28, 28, 1)`.
  package var description: String {
    let sizes = dimensions.map { $0.map(String.init) ?? "None" }
    return sizes.count == 1 ? "(\(sizes[0]),)" : "(" + sizes.joined(separator: ", ") + ")"
  }

  /// The index of an axis that may count from the end; `nil` if there is no such axis.
  package func index(ofAxis axis: Int) -> Int? {
    let (shifted, overflow) = axis.addingReportingOverflow(axis < 0 ? rank : 0)
    return !overflow && dimensions.indices.contains(shifted) ? shifted : nil
  }
}

/// Arithmetic on sizes that come from a file: `nil` means too large.
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
