/// What a tensor is called and how it lies in memory: row-major, elements of one type.
package struct TensorSpec: Sendable, Hashable {
  /// The path of the tensor, components joined by `/`: `conv1/kernel`.
  package let path: String
  package let shape: Shape
  package let dtype: DType
  package let elementCount: Int

  package init(path: String, shape: Shape, dtype: DType) throws(ShapeOverflow) {
    self.path = path
    self.shape = shape
    self.dtype = dtype
    elementCount = try shape.elementCount()
    _ = try shape.byteCount(dtype)
  }

  package var byteCount: Int { elementCount * dtype.byteCount }
}
