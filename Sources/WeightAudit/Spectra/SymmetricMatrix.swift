internal import CMatrixKernels

/// A symmetric matrix, of which the lower triangle is kept up to date.
///
/// Rows and columns are padded to whole vectors of eight, and rows to an odd number of them: powers of two
/// would put all rows into the same few lines of the cache.
struct SymmetricMatrix {
  let size: Int
  private let padded: Int
  private let stride: Int
  private var storage: [Double]

  /// A matrix of zeros.
  init(size: Int) {
    self.size = size
    padded = (size + 7) & ~7
    stride = padded | 8
    storage = [Double](repeating: 0, count: padded * stride)
  }

  /// The sum of the products of columns: WᵀW for a matrix with as many columns, or WWᵀ for one with as many
  /// rows.
  ///
  /// - Parameters:
  ///   - values: of W, row by row.
  ///   - rows: how many there are.
  ///   - columns: how long they are.
  init(gramOf values: ArraySlice<Float>, rows: Int, columns: Int) {
    self.init(size: min(rows, columns))
    let isTall = rows >= columns
    let depth = max(rows, columns)
    let height = min(256, depth)
    var panel = PackedRows(depth: height, columns: size)
    for start in Swift.stride(from: 0, to: depth, by: height) {
      let count = min(height, depth - start)
      if count < height { panel = PackedRows(depth: count, columns: size) }
      unsafe values.withUnsafeBufferPointer { values in
        if isTall {
          for k in 0..<count {
            let row = unsafe values[((start + k) * columns)..<((start + k + 1) * columns)]
            unsafe panel.set(UnsafeBufferPointer(rebasing: row), row: k)
          }
        } else {
          for index in 0..<size {
            let part = unsafe values[(index * columns + start)..<(index * columns + start + count)]
            unsafe panel.set(UnsafeBufferPointer(rebasing: part), column: index)
          }
        }
      }
      add(panel, panel, sign: 1, size: size)
    }
  }

  /// Adds ± Σ aₖbₖᵀ to the first rows and columns.
  private mutating func add(_ a: PackedRows, _ b: PackedRows, sign: Double, size: Int) {
    let stride = stride
    unsafe a.storage.withUnsafeBufferPointer { left in
      unsafe b.storage.withUnsafeBufferPointer { right in
        unsafe storage.withUnsafeMutableBufferPointer { storage in
          unsafe matrix_add_products(
            left.baseAddress, right.baseAddress, a.depth, sign, storage.baseAddress, (size + 7) & ~7, stride)
        }
      }
    }
  }

  /// The sum of the elements on the diagonal.
  var trace: Double { (0..<size).reduce(0) { $0 + storage[$1 * stride + $1] } }

  /// The eigenvalues, in increasing order.
  ///
  /// The matrix becomes a tridiagonal one by reflections, a block of them at a time, whose eigenvalues are
  /// found by implicit QL steps. Golub & Van Loan, "Matrix Computations", §8.3; Dongarra, Sorensen &
  /// Hammarling, 1989 (blocks).
  consuming func eigenvalues() -> [Double] {
    var (diagonal, beside) = tridiagonal()
    TridiagonalEigenvalues.diagonalize(&diagonal, &beside)
    return diagonal.sorted()
  }

  private static let blockSize = 32

  /// The diagonal, and what is beside it: `beside[i]` is between i − 1 and i.
  private mutating func tridiagonal() -> (diagonal: [Double], beside: [Double]) {
    var diagonal = [Double](repeating: 0, count: size)
    var beside = diagonal
    var active = size
    while active > 0 {
      let block = max(0, active - Self.blockSize)..<active
      var pairs = ReflectionPairs(capacity: block.count, stride: padded)
      for index in block.reversed() {
        var row = Array(storage[index * stride..<index * stride + index + 1])
        pairs.apply(to: &row, at: index)
        diagonal[index] = row[index]
        guard index > 0 else { continue }
        guard let reflection = Self.reflection(&row, count: index) else {
          beside[index] = row[index - 1]
          continue
        }
        beside[index] = reflection.image
        let image = multiplied(row, count: index)
        pairs.append(row, image, length: index, half: reflection.half)
      }
      if block.lowerBound > 0, pairs.count > 0 {
        let (left, right) = pairs.packed(columns: block.lowerBound)
        add(left, right, sign: -1, size: block.lowerBound)
      }
      active = block.lowerBound
    }
    return (diagonal, beside)
  }

  /// Makes of a row the vector whose reflection turns it into its last element.
  ///
  /// - Returns: that element, and half the square of the vector's length; `nil` if nothing is to be done.
  private static func reflection(_ row: inout [Double], count: Int) -> (image: Double, half: Double)? {
    let last = row[count - 1]
    let others = row[..<(count - 1)].reduce(0) { $0 + $1 * $1 }
    guard others > 0 else { return nil }
    let length = (others + last * last).squareRoot()
    let image = last > 0 ? -length : length
    row[count - 1] = last - image
    return (image, others + last * last - last * image)
  }

  /// The first rows and columns times a vector.
  private func multiplied(_ vector: [Double], count: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    let even = count & ~3
    unsafe storage.withUnsafeBufferPointer { storage in
      unsafe vector.withUnsafeBufferPointer { vector in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          var products = [Double](repeating: 0, count: 4)
          for first in Swift.stride(from: 0, to: even, by: 4) {
            unsafe matrix_multiply_rows(
              storage.baseAddress.map { unsafe $0 + first * stride }, stride, vector.baseAddress,
              vector.baseAddress.map { unsafe $0 + first }, sums.baseAddress, first, &products)
            for row in first..<first + 4 {
              unsafe sums[row] += products[row - first] + storage[row * stride + row] * vector[row]
              for column in first..<row {
                let value = unsafe storage[row * stride + column]
                unsafe sums[row] += value * vector[column]
                unsafe sums[column] += value * vector[row]
              }
            }
          }
          for row in even..<count {
            unsafe sums[row] += storage[row * stride + row] * vector[row]
            for column in 0..<row {
              let value = unsafe storage[row * stride + column]
              unsafe sums[row] += value * vector[column]
              unsafe sums[column] += value * vector[row]
            }
          }
        }
      }
    }
    return sums
  }
}

/// Vectors u and q of reflections that the matrix has not seen yet: it is to become A − Σ (uqᵀ + quᵀ).
private struct ReflectionPairs {
  private let stride: Int
  private let capacity: Int
  private(set) var count = 0
  /// The u of all pairs, padded; then the q of all.
  private var us: [Double] = []
  private var qs: [Double] = []

  init(capacity: Int, stride: Int) {
    (self.capacity, self.stride) = (capacity, stride)
    us.reserveCapacity(capacity * stride)
    qs.reserveCapacity(capacity * stride)
  }

  /// A row of the matrix as it is to become.
  func apply(to row: inout [Double], at index: Int) {
    for pair in 0..<count {
      let (u, q) = (us[pair * stride + index], qs[pair * stride + index])
      for column in 0...index {
        row[column] -= u * qs[pair * stride + column] + q * us[pair * stride + column]
      }
    }
  }

  /// Adds the pair of a reflection.
  ///
  /// - Parameters:
  ///   - vector: the reflection's, in its first `length` elements.
  ///   - product: the matrix, as it is, times the vector.
  ///   - length: how many rows and columns are reflected.
  ///   - half: half the square of the vector's length.
  mutating func append(_ vector: [Double], _ product: [Double], length: Int, half: Double) {
    var image = product
    for pair in 0..<count {
      let start = pair * stride
      var (alongU, alongQ) = (0.0, 0.0)
      for index in 0..<length {
        alongU += us[start + index] * vector[index]
        alongQ += qs[start + index] * vector[index]
      }
      for index in 0..<length { image[index] -= us[start + index] * alongQ + qs[start + index] * alongU }
    }
    var along = 0.0
    for index in 0..<length {
      image[index] /= half
      along += image[index] * vector[index]
    }
    let share = along / (2 * half)
    for index in 0..<length { image[index] -= share * vector[index] }
    let padding = [Double](repeating: 0, count: stride - length)
    us += vector[..<length] + padding
    qs += image[..<length] + padding
    count += 1
  }

  /// The vectors one below the other, u first and q first.
  func packed(columns: Int) -> (left: PackedRows, right: PackedRows) {
    var (left, right) = (
      PackedRows(depth: 2 * count, columns: columns), PackedRows(depth: 2 * count, columns: columns)
    )
    for pair in 0..<count {
      let (u, q) = (
        us[pair * stride..<pair * stride + columns], qs[pair * stride..<pair * stride + columns]
      )
      left.set(u, row: pair)
      left.set(q, row: count + pair)
      right.set(q, row: pair)
      right.set(u, row: count + pair)
    }
    return (left, right)
  }
}

/// Rows of which eight columns lie together, then the next eight; padded with zeros.
private struct PackedRows {
  let depth: Int
  private(set) var storage: [Double]

  init(depth: Int, columns: Int) {
    self.depth = depth
    storage = [Double](repeating: 0, count: depth * ((columns + 7) & ~7))
  }

  mutating func set(_ values: ArraySlice<Double>, row: Int) {
    for (column, value) in values.enumerated() {
      storage[(column & ~7) * depth + row * 8 + (column & 7)] = value
    }
  }

  mutating func set(_ values: UnsafeBufferPointer<Float>, row: Int) {
    unsafe storage.withUnsafeMutableBufferPointer { storage in
      for column in 0..<values.count {
        unsafe storage[(column & ~7) * depth + row * 8 + (column & 7)] = Double(values[column])
      }
    }
  }

  mutating func set(_ values: UnsafeBufferPointer<Float>, column: Int) {
    let start = (column & ~7) * depth + (column & 7)
    unsafe storage.withUnsafeMutableBufferPointer { storage in
      for row in 0..<values.count { unsafe storage[start + row * 8] = Double(values[row]) }
    }
  }
}
