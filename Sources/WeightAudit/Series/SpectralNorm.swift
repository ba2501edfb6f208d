/// The largest singular value of a matrix, by power iteration on WᵀW.
///
/// Each iteration goes once over the values. The result is never too large, and less than a thousandth too
/// small unless the two largest singular values are nearly equal, where it lies between them.
struct SpectralNorm {
  private static let iterationLimit = 100
  private static let tolerance = 1e-7

  /// The direction of the largest gain, from which the next matrix of a series starts.
  private var direction: [Float]

  /// - Parameter columns: the number of units.
  init(columns: Int) {
    // Every direction has a part of it.
    direction = (0..<columns).map { Float(1 + Double(Scramble.mix(UInt64($0)) >> 40) / Double(1 << 24)) }
  }

  /// - Parameter values: row by row, all of them finite.
  /// - Returns: the largest singular value.
  mutating func measure(_ values: [Float]) -> Double {
    let columns = direction.count
    guard columns > 0, values.contains(where: { $0 != 0 }) else { return 0 }
    guard columns > 1 else {
      return values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    var gain = 0.0
    for _ in 0..<Self.iterationLimit {
      let image = multiplied(values)
      let square = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard square > 0, square.isFinite else { break }
      direction = image.map { Float($0 / square) }
      let isDone = abs(square - gain) <= Self.tolerance * square
      gain = square
      if isDone { break }
    }
    return gain.squareRoot()
  }

  /// WᵀW times the direction, over the direction's length.
  private func multiplied(_ values: [Float]) -> [Double] {
    let columns = direction.count
    var image = [Double](repeating: 0, count: columns)
    unsafe values.withUnsafeBufferPointer { values in
      unsafe direction.withUnsafeBufferPointer { direction in
        unsafe image.withUnsafeMutableBufferPointer { image in
          for start in stride(from: 0, to: values.count, by: columns) {
            let row = unsafe UnsafeBufferPointer(rebasing: values[start..<start + columns])
            let product = unsafe Self.dot(row, direction)
            for column in 0..<columns { unsafe image[column] += product * Double(row[column]) }
          }
        }
      }
    }
    let length = direction.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return image.map { $0 / length }
  }

  private static func dot(_ one: UnsafeBufferPointer<Float>, _ other: UnsafeBufferPointer<Float>) -> Double {
    var sums = SIMD4<Double>.zero
    let even = one.count & ~3
    for start in stride(from: 0, to: even, by: 4) {
      let a = unsafe SIMD4<Float>(one[start], one[start + 1], one[start + 2], one[start + 3])
      let b = unsafe SIMD4<Float>(other[start], other[start + 1], other[start + 2], other[start + 3])
      sums += SIMD4<Double>(a) * SIMD4<Double>(b)
    }
    var sum = sums.sum()
    for index in even..<one.count { unsafe sum += Double(one[index]) * Double(other[index]) }
    return sum
  }
}
