/// A tensor made of others: what has to happen to stored values so that they mean the same elsewhere.
///
/// The leaves are whatever names the tensors that it is made of.
package struct TensorExpression<Leaf: Hashable & Sendable>: Sendable, Hashable {
  package indirect enum Operation: Sendable, Hashable {
    case leaf(Leaf)
    /// The elements from an index on along an axis.
    case slice(TensorExpression, axis: Int, start: Int)
    case concatenation([TensorExpression], axis: Int)
    /// The axis at each place is the one of this index.
    case transpose(TensorExpression, order: [Int])
    /// The elements along some axes from the last to the first.
    case reversal(TensorExpression, axes: [Int])
    /// The same elements in row-major order in another shape.
    case reshape(TensorExpression)
    case product(TensorExpression, factor: Double)
    case sum([TensorExpression])
    /// The product of two matrices; of more axes, the last of the first with the first of the second.
    case matrixProduct(TensorExpression, TensorExpression)
  }

  package let operation: Operation
  package let shape: Shape

  private init(_ operation: Operation, _ shape: Shape) {
    self.operation = operation
    self.shape = shape
  }

  package static func leaf(_ leaf: Leaf, _ shape: Shape) -> Self { Self(.leaf(leaf), shape) }

  private var rank: Int { shape.rank }

  /// The leaf, if the expression is nothing but that.
  package var leaf: Leaf? { if case .leaf(let leaf) = operation { leaf } else { nil } }

  /// The leaves that it is made of.
  package var leaves: Set<Leaf> {
    switch operation {
    case .leaf(let leaf): [leaf]
    case .slice(let base, _, _), .transpose(let base, _), .reversal(let base, _), .reshape(let base),
      .product(let base, _):
      base.leaves
    case .concatenation(let terms, _), .sum(let terms):
      terms.reduce(into: []) { $0.formUnion($1.leaves) }
    case .matrixProduct(let one, let other): one.leaves.union(other.leaves)
    }
  }

  /// Whether values are computed, not only moved.
  package var changesValues: Bool {
    switch operation {
    case .leaf: false
    case .slice(let base, _, _), .transpose(let base, _), .reversal(let base, _), .reshape(let base):
      base.changesValues
    case .product, .sum, .matrixProduct: true
    case .concatenation(let terms, _): terms.contains(where: \.changesValues)
    }
  }
}

extension TensorExpression {
  /// The elements of a range along an axis.
  package func sliced(axis: Int, _ range: Range<Int>) -> Self {
    if range == 0..<shape.dimensions[axis] { return self }
    var dimensions = shape.dimensions
    dimensions[axis] = range.count
    if case .slice(let base, axis, let start) = operation {
      return base.sliced(axis: axis, range.lowerBound + start..<range.upperBound + start)
    }
    return Self(.slice(self, axis: axis, start: range.lowerBound), Shape(dimensions))
  }

  /// Equal parts along an axis.
  package func split(axis: Int, into count: Int) -> [Self] {
    let size = shape.dimensions[axis] / count
    return (0..<count).map { sliced(axis: axis, $0 * size..<($0 + 1) * size) }
  }

  /// The terms one after the other along an axis; slices that follow each other become one.
  package static func concatenated(_ terms: [Self], axis: Int) -> Self {
    var joined: [Self] = []
    for term in terms {
      if let last = joined.last, let both = last.followed(by: term, axis: axis) {
        joined[joined.count - 1] = both
      } else {
        joined.append(term)
      }
    }
    if joined.count == 1 { return joined[0] }
    var dimensions = joined[0].shape.dimensions
    dimensions[axis] = joined.map { $0.shape.dimensions[axis] }.saturatingSum
    return Self(.concatenation(joined, axis: axis), Shape(dimensions))
  }

  private func followed(by other: Self, axis: Int) -> Self? {
    if case (.product(let one, let factor), .product(let two, let same)) = (operation, other.operation),
      factor == same
    {
      return one.followed(by: two, axis: axis)?.scaled(by: factor)
    }
    guard case .slice(let base, axis, let start) = operation,
      case .slice(base, axis, let next) = other.operation, start + shape.dimensions[axis] == next
    else { return nil }
    return base.sliced(axis: axis, start..<next + other.shape.dimensions[axis])
  }

  package func transposed(_ order: [Int]) -> Self {
    if order == Array(0..<rank) { return self }
    if case .transpose(let base, let first) = operation { return base.transposed(order.map { first[$0] }) }
    return Self(.transpose(self, order: order), Shape(order.map { shape.dimensions[$0] }))
  }

  package func reversed(axes: [Int]) -> Self {
    let axes = axes.filter { shape.dimensions[$0] > 1 }
    if axes.isEmpty { return self }
    if case .reversal(let base, axes) = operation { return base }
    return Self(.reversal(self, axes: axes), shape)
  }

  /// The same number of elements in another shape.
  package func reshaped(_ dimensions: [Int]) -> Self {
    if dimensions == shape.dimensions { return self }
    if case .reshape(let base) = operation { return base.reshaped(dimensions) }
    return Self(.reshape(self), Shape(dimensions))
  }

  package func scaled(by factor: Double) -> Self {
    factor == 1 ? self : Self(.product(self, factor: factor), shape)
  }

  package static func + (one: Self, other: Self) -> Self { Self(.sum([one, other]), one.shape) }

  /// The product of two matrices; of tensors, the last axis of this one with the first of the other.
  package func multiplied(by other: Self) -> Self {
    Self(
      .matrixProduct(self, other), Shape(shape.dimensions.dropLast() + other.shape.dimensions.dropFirst()))
  }

  /// The expression over what its leaves stand for; `nil` if one stands for nothing, or for another shape.
  package func substituting<Other>(
    _ value: (Leaf) -> TensorExpression<Other>?
  ) -> TensorExpression<Other>? {
    func all(_ terms: [Self]) -> [TensorExpression<Other>]? {
      let results = terms.compactMap { $0.substituting(value) }
      return results.count == terms.count ? results : nil
    }
    switch operation {
    case .leaf(let leaf): return value(leaf).flatMap { $0.shape == shape ? $0 : nil }
    case .slice(let base, let axis, let start):
      let end = start + shape.dimensions[axis]
      return base.substituting(value)?.sliced(axis: axis, start..<end)
    case .concatenation(let terms, let axis): return all(terms).map { .concatenated($0, axis: axis) }
    case .transpose(let base, let order): return base.substituting(value)?.transposed(order)
    case .reversal(let base, let axes): return base.substituting(value)?.reversed(axes: axes)
    case .reshape(let base): return base.substituting(value)?.reshaped(shape.dimensions)
    case .product(let base, let factor): return base.substituting(value)?.scaled(by: factor)
    case .sum(let terms):
      guard let terms = all(terms), let first = terms.first else { return nil }
      return terms.dropFirst().reduce(first, +)
    case .matrixProduct(let one, let other):
      guard let one = one.substituting(value), let other = other.substituting(value) else { return nil }
      return one.multiplied(by: other)
    }
  }
}
