/// The inner loops of the streams for any processor; `StreamKernels` tells what each does.
enum PortableKernels {
  typealias Words = StreamKernels.Words

  static func threefry(_ generator: Threefry2x32, _ start: UInt64, _ words: Words) {
    for index in words.indices {
      let (a, b) = generator.words(start &+ UInt64(index))
      unsafe words[index] = a ^ b
    }
  }

  static func philox(
    _ generator: Philox4x32, _ upper: SIMD2<UInt32>, _ start: UInt64, step: UInt64, _ words: Words
  ) {
    for group in 0..<words.count / 4 {
      let block = generator.block(start &+ UInt64(group) &* step, upper)
      for lane in 0..<4 { unsafe words[4 * group + lane] = block[lane] }
    }
  }

  static func philox(
    _ generator: Philox4x32, _ upper: SIMD2<UInt32>, _ blocks: UnsafeBufferPointer<UInt64>, _ words: Words
  ) {
    for group in blocks.indices {
      let block = unsafe generator.block(blocks[group], upper)
      for lane in 0..<4 { unsafe words[4 * group + lane] = block[lane] }
    }
  }

  static func twister(_ state: Words, _ words: Words) {
    @inline(__always)
    func mix(_ index: Int, _ next: Int, _ far: Int) {
      let joined = unsafe state[index] & 0x8000_0000 | state[next] & 0x7FFF_FFFF
      unsafe state[index] = state[far] ^ joined >> 1 ^ (0 &- (joined & 1)) & 0x9908_B0DF
    }
    for index in 0..<227 { mix(index, index + 1, index + 397) }
    for index in 227..<623 { mix(index, index + 1, index - 227) }
    mix(623, 0, 396)
    for index in 0..<624 {
      var word = unsafe state[index]
      word ^= word >> 11
      word ^= word << 7 & 0x9D2C_5680
      word ^= word << 15 & 0xEFC6_0000
      unsafe words[index] = word ^ word >> 18
    }
  }

  static func uniform(
    _ lanes: inout PCG64Lanes, _ values: UnsafeMutableBufferPointer<Double>, _ lower: Double, _ span: Double
  ) {
    lanes.forEachUnit(values.count) { unsafe values[$0] = lower + span * $1 }
  }

  static func affine(_ words: Words, _ factor: Float, _ term: Float) {
    for index in words.indices {
      unsafe words[index] = (Float(bitPattern: words[index]) * factor + term).bitPattern
    }
  }

  static func uniform(_ words: Words, _ lower: Float, _ span: Float) {
    for index in words.indices {
      unsafe words[index] = (SinglePrecisionMath.unit(words[index]) * span + lower).bitPattern
    }
  }

  static func fusedUniform(_ words: Words, _ lower: Float, _ span: Float) {
    for index in words.indices {
      let unit = unsafe Float(bitPattern: words[index] >> 9 | 0x3F80_0000) - 1
      unsafe words[index] = max(lower, XLAMath.fused(unit, span, lower)).bitPattern
    }
  }

  static func inverseError(_ words: Words) {
    for index in words.indices {
      unsafe words[index] = XLAMath.inverseError(Float(bitPattern: words[index])).bitPattern
    }
  }

  static func boxMullerPairs(_ words: Words) {
    for index in stride(from: 0, to: words.count, by: 2) {
      let normals = unsafe SinglePrecisionMath.boxMuller(words[index], words[index + 1])
      unsafe words[index] = normals.x.bitPattern
      unsafe words[index + 1] = normals.y.bitPattern
    }
  }

  static func boxMullerBlocks(_ words: Words, _ mean: Float, _ deviation: Float) {
    for block in stride(from: 0, to: words.count, by: 16) {
      for index in block..<block + 8 {
        let radius = unsafe 1 - CephesMath.unit(words[index])
        let (sine, cosine) = unsafe CephesMath.boxMuller(radius, CephesMath.unit(words[index + 8]))
        unsafe words[index] = mean.addingProduct(cosine, deviation).bitPattern
        unsafe words[index + 8] = mean.addingProduct(sine, deviation).bitPattern
      }
    }
  }
}
