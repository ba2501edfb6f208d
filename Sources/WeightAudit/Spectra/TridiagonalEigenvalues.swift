/// The eigenvalues of a symmetric tridiagonal matrix, by QL steps with implicit shifts.
///
/// Bowdler, Martin, Reinsch & Wilkinson, Numerische Mathematik 11, 1968.
enum TridiagonalEigenvalues {
  /// How many steps an eigenvalue takes at most: three are usual.
  private static let stepLimit = 60

  /// Makes the diagonal the eigenvalues, in any order.
  ///
  /// - Parameters:
  ///   - diagonal: the matrix's.
  ///   - beside: what is beside it: element i between i − 1 and i; spent.
  static func diagonalize(_ diagonal: inout [Double], _ beside: inout [Double]) {
    let size = diagonal.count
    guard size > 1 else { return }
    beside.removeFirst()
    beside.append(0)
    for first in 0..<size {
      for _ in 0..<stepLimit {
        // The block that begins here ends where what is beside the diagonal is nothing beside it.
        var end = first
        while end < size - 1,
          abs(beside[end]) > .ulpOfOne * (abs(diagonal[end]) + abs(diagonal[end + 1]))
        { end += 1 }
        if end == first { break }
        step(&diagonal, &beside, first...end)
      }
    }
  }

  private static func step(
    _ diagonal: inout [Double], _ beside: inout [Double], _ block: ClosedRange<Int>
  ) {
    let (first, end) = (block.lowerBound, block.upperBound)
    let half = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first])
    let length = (half * half + 1).squareRoot()
    var shifted =
      diagonal[end] - diagonal[first] + beside[first] / (half + (half < 0 ? -length : length))
    var (sine, cosine, correction) = (1.0, 1.0, 0.0)
    for index in (first..<end).reversed() {
      let (rotated, kept) = (sine * beside[index], cosine * beside[index])
      let radius = (rotated * rotated + shifted * shifted).squareRoot()
      beside[index + 1] = radius
      guard radius > 0 else {
        diagonal[index + 1] -= correction
        beside[end] = 0
        return
      }
      (sine, cosine) = (rotated / radius, shifted / radius)
      let moved = diagonal[index + 1] - correction
      let turn = (diagonal[index] - moved) * sine + 2 * cosine * kept
      correction = sine * turn
      diagonal[index + 1] = moved + correction
      shifted = cosine * turn - kept
    }
    diagonal[first] -= correction
    beside[first] = shifted
    beside[end] = 0
  }
}
