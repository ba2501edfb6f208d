/// The type that a stream computes in.
protocol PyTorchReal: BinaryFloatingPoint, Sendable {
  /// How many words make a uniform.
  static var wordCount: Int { get }
  /// A uniform of [0, 1) from words.
  static func unit(_ words: StreamKernels.Words, _ index: Int) -> Self
  /// Replaces words by the bits of normals, in blocks of sixteen.
  static func normals(
    _ words: StreamKernels.Words, _ mean: Double, _ deviation: Double, _ kernels: StreamKernels)
}

extension Float: PyTorchReal {
  static var wordCount: Int { 1 }

  @inline(__always)
  static func unit(_ words: StreamKernels.Words, _ index: Int) -> Float {
    unsafe CephesMath.unit(words[index])
  }

  static func normals(
    _ words: StreamKernels.Words, _ mean: Double, _ deviation: Double, _ kernels: StreamKernels
  ) {
    unsafe kernels.boxMullerBlocks(words, Float(mean), Float(deviation))
  }
}

extension Double: PyTorchReal {
  static var wordCount: Int { 2 }

  @inline(__always)
  static func unit(_ words: StreamKernels.Words, _ index: Int) -> Double {
    unsafe HostMath.unit(words[2 * index], words[2 * index + 1])
  }

  static func normals(
    _ words: StreamKernels.Words, _ mean: Double, _ deviation: Double, _ kernels: StreamKernels
  ) {
    func store(_ value: Double, _ index: Int) {
      let pattern = mean.addingProduct(value, deviation).bitPattern
      unsafe words[2 * index] = UInt32(truncatingIfNeeded: pattern)
      unsafe words[2 * index + 1] = UInt32(truncatingIfNeeded: pattern >> 32)
    }
    for block in stride(from: 0, to: words.count / 2, by: 16) {
      for index in block..<block + 8 {
        let (sine, cosine) = unsafe HostMath.boxMuller(1 - unit(words, index), unit(words, index + 8))
        store(cosine, index)
        store(sine, index + 8)
      }
    }
  }
}
