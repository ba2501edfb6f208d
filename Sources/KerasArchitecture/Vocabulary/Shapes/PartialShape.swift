import OrderedJSON

/// The shape of a layer's input or output, where sizes such as the batch's may be unknown.
package struct PartialShape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  package var dimensions: [Int?]
  /// Whether not even the rank is known.
  package let isUnknown: Bool
  /// The values of a vector or scalar of sizes, such as `tf.shape` returns, as far as they are known.
  var contents: [Int?]?

  package init(_ dimensions: [Int?]) {
    self.dimensions = dimensions
    isUnknown = false
  }

  /// A vector or scalar of sizes.
  init(_ dimensions: [Int?], contents: [Int?]?) {
    self.init(dimensions)
    self.contents = contents
  }

  private init() {
    dimensions = []
    isUnknown = true
  }

  /// The shape of a result of Python code.
  package static let unknown = PartialShape()

  package init(arrayLiteral elements: Int?...) { self.init(elements) }

  package var rank: Int { dimensions.count }
  package var batch: Int? { dimensions.first ?? nil }
  package var last: Int? { dimensions.last ?? nil }

  /// As Keras prints it: `(None, 28, 28, 1)`; `?` if nothing is known.
  package var description: String {
    if isUnknown { return "?" }
    let sizes = dimensions.map { $0.map(String.init) ?? "None" }
    return sizes.count == 1 ? "(\(sizes[0]),)" : "(" + sizes.joined(separator: ", ") + ")"
  }

  /// The shape with unknown sizes taken from another record of it.
  func completed(by other: PartialShape) -> PartialShape {
    guard !isUnknown else { return other }
    guard rank == other.rank, !other.isUnknown else { return self }
    return PartialShape(zip(dimensions, other.dimensions).map { $0 ?? $1 }, contents: other.contents)
  }

  /// The index of an axis that may count from the end; `nil` if there is no such axis.
  package func index(ofAxis axis: Int) -> Int? {
    let (shifted, overflow) = axis.addingReportingOverflow(axis < 0 ? rank : 0)
    return !overflow && dimensions.indices.contains(shifted) ? shifted : nil
  }
}

extension PartialShape {
  /// A shape as Keras writes it: a list of integers and nulls.
  init?(json value: JSONValue?) {
    guard let elements = value?.arrayValue else { return nil }
    var dimensions: [Int?] = []
    for element in elements {
      if element.isNull {
        dimensions.append(nil)
      } else if let size = element.wholeNumber, size >= 0 {
        dimensions.append(size)
      } else {
        return nil
      }
    }
    self.init(dimensions)
  }
}
