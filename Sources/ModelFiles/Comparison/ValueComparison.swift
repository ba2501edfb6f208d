import Tensors

/// How far the values of two tensors of one shape are apart.
struct ValueComparison {
  /// How many elements differ.
  private(set) var count = 0
  /// The largest difference; NaN if a difference is.
  private(set) var maximum = 0.0
  private var squares = 0.0
  private let elementCount: Int

  /// The root of the mean square difference over all elements.
  var rootMeanSquare: Double { (squares / Double(max(1, elementCount))).squareRoot() }

  static func compare(
    _ first: TensorSource, _ firstSpec: TensorSpec, _ second: TensorSource, _ secondSpec: TensorSpec
  ) throws(SourceFailure) -> ValueComparison {
    var result = ValueComparison(elementCount: firstSpec.elementCount)
    var other = try second.sequence()
    let width = secondSpec.dtype.byteCount
    var failure: SourceFailure?
    try unsafe first.forEachBlock(of: firstSpec) { bytes, range in
      guard failure == nil else { return }
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(1, range.count * width), alignment: 64)
      defer { unsafe buffer.deallocate() }
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<(range.count * width)])
      var span = unsafe part.mutableBytes
      do throws(SourceFailure) { try other.fill(range, into: &span) } catch {
        failure = error
        return
      }
      let theirs = UnsafeRawBufferPointer(part)
      if firstSpec.dtype == secondSpec.dtype, unsafe bytes.elementsEqual(theirs) { return }
      for index in 0..<range.count {
        let a = unsafe firstSpec.dtype.value(in: bytes, at: index)
        let b = unsafe secondSpec.dtype.value(in: theirs, at: index)
        result.add(a, b)
      }
    }
    if let failure { throw failure }
    return result
  }

  private mutating func add(_ a: Double, _ b: Double) {
    // Two NaNs do not differ, nor do two infinities of one sign.
    if a == b || (a.isNaN && b.isNaN) { return }
    count += 1
    let distance = abs(a - b)
    maximum = distance.isNaN || maximum.isNaN ? .nan : max(maximum, distance)
    squares += distance * distance
  }
}
