/// The shape of a tensor whose every size is known.
package struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  package let dimensions: [Int]

  /// The sizes must not be negative.
  package init(_ dimensions: [Int]) { self.dimensions = dimensions }
  package init(arrayLiteral elements: Int...) { self.init(elements) }

  package var rank: Int { dimensions.count }

  /// The product of the sizes: 1 for a scalar.
  package func elementCount() throws(ShapeOverflow) -> Int {
    var count = 1
    for dimension in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw ShapeOverflow(shape: self) }
      count = product
    }
    return count
  }

  /// The number of bytes that the tensor takes.
  package func byteCount(_ dtype: DType) throws(ShapeOverflow) -> Int {
    let (bytes, overflow) = try elementCount().multipliedReportingOverflow(by: dtype.byteCount)
    guard !overflow else { throw ShapeOverflow(shape: self) }
    return bytes
  }

  /// As Python prints a tuple: `(784, 128)`, `(10,)`, `()`.
  package var description: String {
    dimensions.count == 1
      ? "(\(dimensions[0]),)" : "(" + dimensions.map(String.init).joined(separator: ", ") + ")"
  }
}
