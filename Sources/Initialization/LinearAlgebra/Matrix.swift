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
    storage = unsafe [Double](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      for row in 0..<rows {
        for column in 0..<columns { unsafe buffer[column * rows + row] = values[row * columns + column] }
      }
      count = rows * columns
    }
  }

  subscript(row: Int, column: Int) -> Double { storage[column * rows + row] }

  /// Replaces the matrix, which must have no more columns than rows, by the Q of its thin QR factorization,
  /// with signs such that the diagonal of R is positive.
  ///
  /// Householder reflections: 4·rows·columns² operations. Golub & Van Loan, "Matrix Computations", §5.2.
  mutating func orthonormalize() {
    precondition(columns <= rows)
    let (rows, columns) = (rows, columns)
    unsafe storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe Reflections(base, rows: rows, columns: columns).orthonormalize()
    }
  }
}

/// A matrix whose columns turn into reflections, and these into the columns of Q.
///
/// Reflections are applied panel by panel: while the panel stays in the cache, every column goes through all
/// of it. Each column sees the same reflections in the same order as it would without panels.
@safe private struct Reflections {
  private static let panelWidth = 32

  private let base: UnsafeMutablePointer<Double>
  private let rows, columns: Int

  init(_ base: UnsafeMutablePointer<Double>, rows: Int, columns: Int) {
    unsafe (self.base, self.rows, self.columns) = (base, rows, columns)
  }

  private var panels: [Range<Int>] {
    stride(from: 0, to: columns, by: Self.panelWidth).map { $0..<min(columns, $0 + Self.panelWidth) }
  }

  /// A column from a row down.
  private func column(_ number: Int, from row: Int) -> Column {
    unsafe Column(base + number * rows + row, count: rows - row)
  }

  func orthonormalize() {
    var scales = [Double](repeating: 0, count: columns)
    var signs = [Double](repeating: 1, count: columns)
    for panel in panels {
      for number in panel {
        apply(panel.lowerBound..<number, scales, to: number)
        let (scale, diagonal) = column(number, from: number).makeReflection()
        scales[number] = scale
        signs[number] = diagonal > 0 ? 1 : diagonal < 0 ? -1 : 0
      }
      for other in panel.upperBound..<columns { apply(panel, scales, to: other) }
    }
    // From the right, as a column of Q takes the place of its reflection, and needs those to its left.
    for (index, block) in panels.enumerated().reversed() {
      for number in block.reversed() {
        let vector = column(number, from: number)
        vector.multiplyTail(by: -scales[number])
        unsafe vector.base[0] = 1 - scales[number]
        for row in 0..<number { unsafe base[number * rows + row] = 0 }
        apply((block.lowerBound..<number).reversed(), scales, to: number)
      }
      for panel in panels[..<index].reversed() {
        for number in block { apply(panel.reversed(), scales, to: number) }
      }
    }
    for number in 0..<columns where signs[number] != 1 {
      column(number, from: 0).multiply(by: signs[number])
    }
  }

  private func apply(_ reflections: some Sequence<Int>, _ scales: [Double], to other: Int) {
    for number in reflections {
      column(number, from: number).reflect(column(other, from: number), scale: scales[number])
    }
  }
}

/// The part of a column from the diagonal down; as a reflection, its first element counts as one.
@safe private struct Column {
  let base: UnsafeMutablePointer<Double>
  let count: Int

  init(_ base: UnsafeMutablePointer<Double>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// Turns the column into the vector v of the reflection 1 − τ v vᵀ that maps it onto its first axis.
  func makeReflection() -> (scale: Double, diagonal: Double) {
    let tail = dotTail(self)
    let first = unsafe base[0]
    guard tail > 0 else { return (0, first) }
    let norm = (first * first + tail).squareRoot()
    let diagonal = first >= 0 ? -norm : norm
    multiplyTail(by: 1 / (first - diagonal))
    unsafe base[0] = diagonal
    return ((diagonal - first) / diagonal, diagonal)
  }

  /// Applies this reflection to another column.
  func reflect(_ other: Column, scale: Double) {
    guard scale != 0 else { return }
    let factor = unsafe scale * (other.base[0] + dotTail(other))
    unsafe other.base[0] -= factor
    for index in 1..<max(count, 1) { unsafe other.base[index] -= factor * base[index] }
  }

  /// The scalar product below the first element, in eight interleaved sums so that it can be vectorized.
  private func dotTail(_ other: Column) -> Double {
    var sums = SIMD8<Double>()
    var index = 1
    while index + 8 <= count {
      let ours = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<Double>.self)
      let theirs = unsafe UnsafeRawPointer(other.base + index).loadUnaligned(as: SIMD8<Double>.self)
      sums += ours * theirs
      index += 8
    }
    var total = sums.sum()
    while index < count {
      unsafe total += base[index] * other.base[index]
      index += 1
    }
    return total
  }

  func multiplyTail(by factor: Double) {
    for index in 1..<max(count, 1) { unsafe base[index] *= factor }
  }

  func multiply(by factor: Double) {
    for index in 0..<count { unsafe base[index] *= factor }
  }
}
