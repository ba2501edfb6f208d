/// A dense matrix of doubles whose columns are contiguous.
struct Matrix: Sendable {
  let rows: Int
  let columns: Int
  private var storage: [Double]

  /// - Parameters:
  ///   - rows: the number of rows.
  ///   - columns: the number of columns.
  ///   - values: as many values as there are elements, row after row.
  init(rows: Int, columns: Int, rowMajor values: [Double]) {
    self.rows = rows
    self.columns = columns
    storage = [Double](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      for row in 0..<rows {
        for column in 0..<columns { buffer[column * rows + row] = values[row * columns + column] }
      }
      count = rows * columns
    }
  }

  subscript(row: Int, column: Int) -> Double { storage[column * rows + row] }

  /// Replaces the matrix, which must have no more columns than rows, by the Q of its thin QR factorisation,
  /// with signs such that the diagonal of R is positive.
  ///
  /// Householder reflections, as LAPACK's `geqr2` and `org2r`: 4·rows·columns² operations. Golub & Van Loan,
  /// "Matrix Computations", §5.2.
  mutating func orthonormalize() {
    precondition(columns <= rows)
    let (rows, columns) = (rows, columns)
    var scales = [Double](repeating: 0, count: columns)
    var signs = [Double](repeating: 1, count: columns)
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for column in 0..<columns {
        let vector = Column(base + column * rows + column, count: rows - column)
        let (scale, diagonal) = vector.makeReflection()
        scales[column] = scale
        signs[column] = diagonal > 0 ? 1 : diagonal < 0 ? -1 : 0
        for other in column + 1..<max(columns, column + 1) {
          vector.reflect(Column(base + other * rows + column, count: rows - column), scale: scale)
        }
      }
      for column in (0..<columns).reversed() {
        let vector = Column(base + column * rows + column, count: rows - column)
        for other in column + 1..<max(columns, column + 1) {
          vector.reflect(Column(base + other * rows + column, count: rows - column), scale: scales[column])
        }
        vector.multiplyTail(by: -scales[column])
        vector.base[0] = 1 - scales[column]
        for row in 0..<column { base[column * rows + row] = 0 }
      }
      for column in 0..<columns where signs[column] != 1 {
        Column(base + column * rows, count: rows).multiply(by: signs[column])
      }
    }
  }
}

/// The part of a column from the diagonal down; as a reflection, its first element counts as one.
private struct Column {
  let base: UnsafeMutablePointer<Double>
  let count: Int

  init(_ base: UnsafeMutablePointer<Double>, count: Int) {
    self.base = base
    self.count = count
  }

  /// Turns the column into the vector v of the reflection 1 − τ v vᵀ that maps it onto its first axis.
  func makeReflection() -> (scale: Double, diagonal: Double) {
    let tail = dotTail(self)
    let first = base[0]
    guard tail > 0 else { return (0, first) }
    let norm = (first * first + tail).squareRoot()
    let diagonal = first >= 0 ? -norm : norm
    multiplyTail(by: 1 / (first - diagonal))
    base[0] = diagonal
    return ((diagonal - first) / diagonal, diagonal)
  }

  /// Applies this reflection to another column.
  func reflect(_ other: Column, scale: Double) {
    guard scale != 0 else { return }
    let factor = scale * (other.base[0] + dotTail(other))
    other.base[0] -= factor
    for index in 1..<max(count, 1) { other.base[index] -= factor * base[index] }
  }

  /// The scalar product below the first element, in eight interleaved sums so that it can be vectorised.
  private func dotTail(_ other: Column) -> Double {
    var sums = SIMD8<Double>()
    var index = 1
    while index + 8 <= count {
      let ours = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<Double>.self)
      let theirs = UnsafeRawPointer(other.base + index).loadUnaligned(as: SIMD8<Double>.self)
      sums += ours * theirs
      index += 8
    }
    var total = sums.sum()
    while index < count {
      total += base[index] * other.base[index]
      index += 1
    }
    return total
  }

  func multiplyTail(by factor: Double) {
    for index in 1..<max(count, 1) { base[index] *= factor }
  }

  func multiply(by factor: Double) {
    for index in 0..<count { base[index] *= factor }
  }
}
