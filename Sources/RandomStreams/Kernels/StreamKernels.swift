internal import CStreamKernels

/// The inner loops of the streams, on buffers of words that they replace by values.
///
/// Where the processor has wide vectors they are C, compiled for them; else they are `PortableKernels`. The
/// bits are the same. Counts are multiples of 16.
@safe package struct StreamKernels: @unchecked Sendable {
  /// What the loops are compiled for.
  package enum InstructionSet: String, Sendable, CaseIterable {
    case portable, avx2, avx512
  }

  /// Functions in constant memory; `nil` for the portable loops.
  private let wide: UnsafePointer<stream_kernels>?

  /// The loops for an instruction set; `nil` if this processor does not have it.
  package init?(_ set: InstructionSet) {
    switch set {
    case .portable: unsafe wide = nil
    case .avx2, .avx512:
      guard let functions = unsafe stream_kernels(set == .avx2 ? STREAM_KERNELS_AVX2 : STREAM_KERNELS_AVX512)
      else {
        return nil
      }
      unsafe wide = functions
    }
  }

  /// The loops for the widest vectors that the processor has.
  package static let best = StreamKernels(widest: ())

  private init(widest: Void) {
    unsafe wide = stream_kernels(STREAM_KERNELS_AVX512) ?? stream_kernels(STREAM_KERNELS_AVX2)
  }

  /// How many words are worked on at a time: they stay in the first-level cache.
  static let chunkSize = 4096

  typealias Words = UnsafeMutableBufferPointer<UInt32>
}

extension StreamKernels {
  /// Threefry: word i is that of counter `start` + i, both halves xored. The counters must not cross 2³².
  func threefry(_ generator: Threefry2x32, _ start: UInt64, _ words: Words) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.threefry(generator, start, words) }
    unsafe withUnsafeBytes(of: generator.key) { key in
      unsafe wide.pointee.threefry(
        key.assumingMemoryBound(to: UInt32.self).baseAddress, start, words.baseAddress, words.count)
    }
  }

  /// Philox: the four words of block `start` + i·`step` for each i; `upper` is the counters' upper half.
  func philox(_ generator: Philox4x32, _ upper: SIMD2<UInt32>, _ start: UInt64, step: UInt64, _ words: Words)
  {
    guard let wide = unsafe wide else {
      return unsafe PortableKernels.philox(generator, upper, start, step: step, words)
    }
    unsafe withUnsafeBytes(of: generator.key) { key in
      unsafe withUnsafeBytes(of: upper) { upper in
        unsafe wide.pointee.philox(
          key.assumingMemoryBound(to: UInt32.self).baseAddress,
          upper.assumingMemoryBound(to: UInt32.self).baseAddress, start, step, words.baseAddress, words.count)
      }
    }
  }

  /// Philox: the four words of each of some blocks.
  func philox(
    _ generator: Philox4x32, _ upper: SIMD2<UInt32>, _ blocks: UnsafeBufferPointer<UInt64>, _ words: Words
  ) {
    guard let wide = unsafe wide else {
      return unsafe PortableKernels.philox(generator, upper, blocks, words)
    }
    unsafe withUnsafeBytes(of: generator.key) { key in
      unsafe withUnsafeBytes(of: upper) { upper in
        unsafe wide.pointee.philox_at(
          key.assumingMemoryBound(to: UInt32.self).baseAddress,
          upper.assumingMemoryBound(to: UInt32.self).baseAddress, blocks.baseAddress, words.baseAddress,
          words.count)
      }
    }
  }

  /// The next 624 words of a Mersenne Twister, tempered.
  func twister(_ state: Words, _ words: Words) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.twister(state, words) }
    unsafe wide.pointee.twister(state.baseAddress, words.baseAddress)
  }

  /// The next numbers of generators in turn, as `lower` plus `span` times a unit uniform; a multiple of
  /// sixteen.
  func uniform(
    _ lanes: inout PCG64Lanes, _ values: UnsafeMutableBufferPointer<Double>, _ lower: Double, _ span: Double
  ) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.uniform(&lanes, values, lower, span) }
    unsafe withUnsafeBytes(of: lanes.factor) { factor in
      unsafe withUnsafeBytes(of: lanes.term) { term in
        unsafe wide.pointee.pcg64_uniform(
          &lanes.high, &lanes.low, factor.assumingMemoryBound(to: UInt64.self).baseAddress,
          term.assumingMemoryBound(to: UInt64.self).baseAddress, values.baseAddress, values.count, lower, span
        )
      }
    }
  }

  /// Floats times `factor`, rounded, plus `term`.
  func affine(_ words: Words, _ factor: Float, _ term: Float) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.affine(words, factor, term) }
    unsafe words.withMemoryRebound(to: Float.self) {
      unsafe wide.pointee.affine($0.baseAddress, $0.count, factor, term)
    }
  }

  /// Words to floats: the lower 23 bits as a unit uniform, times `span`, rounded, plus `lower`.
  func uniform(_ words: Words, _ lower: Float, _ span: Float) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.uniform(words, lower, span) }
    unsafe wide.pointee.uniform(words.baseAddress, words.count, lower, span)
  }

  /// Words to floats: the upper 23 bits as a unit uniform, times `span` plus `lower`, fused.
  func fusedUniform(_ words: Words, _ lower: Float, _ span: Float) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.fusedUniform(words, lower, span) }
    unsafe wide.pointee.fused_uniform(words.baseAddress, words.count, lower, span)
  }

  /// Floats in (−1, 1) to their inverse error function, as XLA computes it.
  func inverseError(_ words: Words) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.inverseError(words) }
    unsafe words.withMemoryRebound(to: Float.self) { values in
      unsafe wide.pointee.inverse_error(values.baseAddress, values.count)
    }
  }

  /// Pairs of words to pairs of standard normals, as TensorFlow makes them.
  func boxMullerPairs(_ words: Words) {
    guard let wide = unsafe wide else { return unsafe PortableKernels.boxMullerPairs(words) }
    unsafe wide.pointee.box_muller_pairs(words.baseAddress, words.count)
  }

  /// Sixteen words to sixteen normals, as PyTorch makes them.
  func boxMullerBlocks(_ words: Words, _ mean: Float, _ deviation: Float) {
    guard let wide = unsafe wide else {
      return unsafe PortableKernels.boxMullerBlocks(words, mean, deviation)
    }
    unsafe wide.pointee.box_muller_blocks(words.baseAddress, words.count, mean, deviation)
  }
}
