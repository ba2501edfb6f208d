/// The largest singular value of a matrix, by the method of Lanczos on WᵀW.
///
/// Each step goes once over the values. Directions are kept orthogonal to all before them, so that a matrix
/// with no more columns than there are steps has its exact value.
///
/// Golub & Van Loan, "Matrix Computations", §10.1.
enum SpectralNorm {
  private static let stepLimit = 120
  /// The square of the value is known when a step changes it by less than this part.
  private static let tolerance = 1e-7

  /// - Parameters:
  ///   - values: row by row, all of them finite.
  ///   - columns: how long a row is.
  /// - Returns: the largest singular value.
  static func measure(_ values: [Float], columns: Int) -> Double {
    guard columns > 0, values.contains(where: { $0 != 0 }) else { return 0 }
    // Every direction has a part of the first one.
    var direction = (0..<columns).map { 1 + Double(Scramble.mix(UInt64($0)) >> 40) / Double(1 << 24) }
    scale(&direction, by: 1 / length(direction))
    var directions: [[Double]] = []
    var (diagonal, beside): ([Double], [Double]) = ([], [])
    var largest = 0.0
    for step in 1...min(stepLimit, columns) {
      directions.append(direction)
      var image = multiplied(values, direction)
      diagonal.append(dot(image, direction))
      // Twice is enough.
      for _ in 0..<2 {
        for former in directions { add(-dot(image, former), former, to: &image) }
      }
      let rest = length(image)
      let found = largestEigenvalue(diagonal, beside)
      let isKnown = step > 4 && found - largest <= tolerance * found
      largest = max(largest, found)
      guard !isKnown, rest > .ulpOfOne * largest else { break }
      beside.append(rest)
      direction = image
      scale(&direction, by: 1 / rest)
    }
    return largest.squareRoot()
  }

  private static func largestEigenvalue(_ diagonal: [Double], _ beside: [Double]) -> Double {
    var (values, rest) = (diagonal, [0] + beside)
    TridiagonalEigenvalues.diagonalize(&values, &rest)
    return values.max() ?? 0
  }

  /// WᵀW times a vector.
  private static func multiplied(_ values: [Float], _ direction: [Double]) -> [Double] {
    let columns = direction.count
    var image = [Double](repeating: 0, count: columns)
    unsafe values.withUnsafeBufferPointer { values in
      unsafe direction.withUnsafeBufferPointer { direction in
        unsafe image.withUnsafeMutableBufferPointer { image in
          for start in stride(from: 0, to: values.count, by: columns) {
            var sums = SIMD4<Double>.zero
            let even = columns & ~3
            for column in stride(from: 0, to: even, by: 4) {
              let at = start + column
              let row = unsafe SIMD4<Double>(
                Double(values[at]), Double(values[at + 1]), Double(values[at + 2]), Double(values[at + 3]))
              let part = unsafe SIMD4<Double>(
                direction[column], direction[column + 1], direction[column + 2], direction[column + 3])
              sums += row * part
            }
            var product = sums.sum()
            for column in even..<columns {
              unsafe product += Double(values[start + column]) * direction[column]
            }
            for column in 0..<columns { unsafe image[column] += product * Double(values[start + column]) }
          }
        }
      }
    }
    return image
  }

  private static func dot(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func length(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

  private static func scale(_ vector: inout [Double], by factor: Double) {
    for index in vector.indices { vector[index] *= factor }
  }

  private static func add(_ factor: Double, _ other: [Double], to vector: inout [Double]) {
    for index in vector.indices { vector[index] += factor * other[index] }
  }
}
