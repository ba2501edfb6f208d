package import Tensors

/// A kernel as matrices: `count` of them one after the other, each row by row.
package struct MatrixLayout: Sendable, Hashable {
  package let count: Int
  package let rows: Int
  package let columns: Int
  /// Whether the matrices are the places of a convolution's window.
  package let isConvolution: Bool
  /// Whether rows are outputs, as in an embedding, rather than columns.
  package private(set) var isByRow = false

  /// A table whose rows are outputs.
  package init?(table shape: Shape) {
    guard shape.rank == 2 else { return nil }
    self.init(shape, joining: 1)
    isByRow = true
  }

  /// The places of a convolution's window: all axes but the last two.
  package init?(convolution shape: Shape) {
    guard shape.rank > 2, let count = CheckedSize.product(shape.dimensions.dropLast(2)) else { return nil }
    self.init(
      count: count, rows: shape.dimensions[shape.rank - 2], columns: shape.dimensions[shape.rank - 1],
      isConvolution: true)
  }

  /// One matrix: some axes count rows, the others columns. The projections of attention have three.
  ///
  /// - Parameters:
  ///   - shape: the kernel's.
  ///   - rowAxes: how many axes count rows.
  package init?(_ shape: Shape, joining rowAxes: Int) {
    let dimensions = shape.dimensions
    guard dimensions.count > rowAxes, rowAxes > 0, let rows = CheckedSize.product(dimensions.prefix(rowAxes)),
      let columns = CheckedSize.product(dimensions.dropFirst(rowAxes))
    else { return nil }
    self.init(count: 1, rows: rows, columns: columns, isConvolution: false)
  }

  private init(count: Int, rows: Int, columns: Int, isConvolution: Bool) {
    self.count = count
    self.rows = rows
    self.columns = columns
    self.isConvolution = isConvolution
  }

  /// How many eigenvalues they have together.
  package var eigenvalueCount: Int { CheckedSize(count).times(min(rows, columns)).value ?? .max }
}
