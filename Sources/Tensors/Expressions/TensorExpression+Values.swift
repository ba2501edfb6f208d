import Failures

extension TensorExpression {
  /// The source of the values, given those of the leaves.
  ///
  /// - Parameters:
  ///   - dtype: the type of the leaves and of the result.
  ///   - source: the values of a leaf.
  /// - Returns: the leaf's own source where nothing is done to it; otherwise one that holds the tensor in
  ///   memory while it is written.
  package func source(
    _ dtype: DType, _ source: @escaping @Sendable (Leaf) -> TensorSource?
  ) -> TensorSource {
    if let leaf, let source = source(leaf) { return source }
    return .whole { () throws(SourceFailure) in
      let bytes = try values(dtype, source)
      return MemoryFiller(bytes: bytes, bytesPerElement: dtype.byteCount)
    }
  }

  /// The elements in row-major order, in the byte order of the machine.
  private func values(
    _ dtype: DType, _ source: (Leaf) -> TensorSource?
  ) throws(SourceFailure) -> [UInt8] {
    let size = dtype.byteCount
    switch operation {
    case .leaf(let leaf): return try Self.leafValues(source(leaf), shape, dtype)
    case .reshape(let base): return try base.values(dtype, source)
    case .slice(let base, let axis, let start):
      var view = StridedView(base.shape)
      view.start += start * view.strides[axis]
      view.sizes[axis] = shape.dimensions[axis]
      return view.elements(of: try base.values(dtype, source), size: size)
    case .transpose(let base, let order):
      var view = StridedView(base.shape)
      (view.sizes, view.strides) = (order.map { view.sizes[$0] }, order.map { view.strides[$0] })
      return view.elements(of: try base.values(dtype, source), size: size)
    case .reversal(let base, let axes):
      var view = StridedView(base.shape)
      for axis in axes {
        view.start += (view.sizes[axis] - 1) * view.strides[axis]
        view.strides[axis] = -view.strides[axis]
      }
      return view.elements(of: try base.values(dtype, source), size: size)
    case .concatenation(let terms, let axis):
      let parts = try terms.map { term throws(SourceFailure) in try term.values(dtype, source) }
      let runs = terms.map { $0.shape.dimensions[axis...].reduce(size, *) }
      let rows = shape.dimensions[..<axis].reduce(1, *)
      var result: [UInt8] = []
      result.reserveCapacity(parts.map(\.count).saturatingSum)
      for row in 0..<rows {
        for (part, run) in zip(parts, runs) { result += part[row * run..<(row + 1) * run] }
      }
      return result
    case .product(let base, let factor):
      return try Self.map(try base.values(dtype, source), dtype) { $0 * factor }
    case .sum(let terms):
      var sum: [Double] = []
      for term in terms {
        let values = try Self.numbers(try term.values(dtype, source), dtype)
        sum = sum.isEmpty ? values : zip(sum, values).map { $0 + $1 }
      }
      return sum.flatMap { dtype.bytes(of: $0) }
    case .matrixProduct(let one, let other):
      let (a, b) = (
        try Self.numbers(try one.values(dtype, source), dtype),
        try Self.numbers(try other.values(dtype, source), dtype)
      )
      guard let inner = other.shape.dimensions.first, inner > 0 else { return [] }
      let (rows, columns) = (a.count / inner, b.count / inner)
      var product = [Double](repeating: 0, count: rows * columns)
      for row in 0..<rows {
        for index in 0..<inner {
          let factor = a[row * inner + index]
          for column in 0..<columns {
            product[row * columns + column] += factor * b[index * columns + column]
          }
        }
      }
      return product.flatMap { dtype.bytes(of: $0) }
    }
  }

  private static func leafValues(
    _ source: TensorSource?, _ shape: Shape, _ dtype: DType
  ) throws(SourceFailure) -> [UInt8] {
    guard let source else { throw SourceFailure(.unsupported, in: nil, "a tensor has no values") }
    let spec: TensorSpec
    do throws(ShapeOverflow) { spec = try TensorSpec(path: "", shape: shape, dtype: dtype) } catch {
      throw SourceFailure(.unsupported, in: nil, "\(error)")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(spec.byteCount)
    try unsafe source.forEachBlock(of: spec) { block, _ in unsafe bytes.append(contentsOf: block) }
    return bytes
  }

  private static func map(
    _ bytes: [UInt8], _ dtype: DType, _ change: (Double) -> Double
  ) throws(SourceFailure) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for value in try numbers(bytes, dtype) { result += dtype.bytes(of: change(value)) }
    return result
  }

  private static func numbers(_ bytes: [UInt8], _ dtype: DType) throws(SourceFailure) -> [Double] {
    guard dtype.isFloatingPoint else {
      throw SourceFailure(.unsupported, in: nil, "values of type \(dtype.rawValue) cannot be scaled")
    }
    return unsafe bytes.withUnsafeBytes { buffer in
      (0..<bytes.count / dtype.byteCount).map { unsafe dtype.value(in: buffer, at: $0) }
    }
  }
}

/// Elements of a tensor at regular distances, which may be negative.
private struct StridedView {
  var start = 0
  var sizes: [Int]
  /// In elements.
  var strides: [Int]

  init(_ shape: Shape) {
    sizes = shape.dimensions
    strides = Array(repeating: 1, count: sizes.count)
    for axis in sizes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
  }

  /// The bytes of the elements, the last axis running fastest.
  func elements(of bytes: [UInt8], size: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(sizes.reduce(size, *))
    append(axis: 0, at: start, of: bytes, size, to: &result)
    return result
  }

  private func append(axis: Int, at offset: Int, of bytes: [UInt8], _ size: Int, to result: inout [UInt8]) {
    guard axis < sizes.count else {
      result += bytes[offset * size..<(offset + 1) * size]
      return
    }
    if axis == sizes.count - 1, strides[axis] == 1 {
      result += bytes[offset * size..<(offset + sizes[axis]) * size]
      return
    }
    for index in 0..<sizes[axis] {
      append(axis: axis + 1, at: offset + index * strides[axis], of: bytes, size, to: &result)
    }
  }
}
