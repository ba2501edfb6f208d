/// The shape of a tensor whose every size is known.
package struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  package let dimensions: [Int]

  /// The sizes must not be negative.
  package init(_ dimensions: [Int]) { self.dimensions = dimensions }
  package init(arrayLiteral elements: Int...) { self.init(elements) }

  package var rank: Int { dimensions.count }

  /// The largest number of bytes that a tensor may have. It leaves room for arithmetic on the offsets and
  /// counts of any tensor that was accepted.
  package static let byteLimit = 1 << 56

  /// The product of the sizes: 1 for a scalar.
  ///
  /// As in NumPy, the sizes that are not zero must have a product within the limit even if another one is
  /// zero: then the product of any of the sizes, in any order, is within it too.
  package func elementCount() throws(ShapeOverflow) -> Int {
    guard dimensions.allSatisfy({ $0 >= 0 }),
      let product = CheckedSize.product(dimensions.filter { $0 != 0 }), product <= Self.byteLimit
    else { throw ShapeOverflow(shape: self) }
    return dimensions.contains(0) ? 0 : product
  }

  /// The number of bytes that the tensor takes.
  package func byteCount(_ dtype: DType) throws(ShapeOverflow) -> Int {
    guard let bytes = CheckedSize(try elementCount()).times(dtype.byteCount).value, bytes <= Self.byteLimit
    else { throw ShapeOverflow(shape: self) }
    return bytes
  }

  /// As Python prints a tuple: `(784, 128)`, `(10,)`, `()`.
  package var description: String {
    dimensions.count == 1
      ? "(\(dimensions[0]),)" : "(" + dimensions.map(String.init).joined(separator: ", ") + ")"
  }
}
