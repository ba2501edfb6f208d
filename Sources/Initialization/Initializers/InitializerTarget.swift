package import KerasArchitecture
package import Tensors

/// A tensor that is to be filled.
package struct InitializerTarget: Sendable, Hashable {
  package let shape: Shape
  package let dtype: DType
  package let count: Int
  package let fans: FanRule

  /// - Throws: `ShapeOverflow` for a shape that cannot be counted.
  package init(shape: Shape, dtype: DType, fans: FanRule = .byRank) throws(ShapeOverflow) {
    self.shape = shape
    self.dtype = dtype
    self.fans = fans
    count = try shape.elementCount()
  }
}
