internal import CPlatform
internal import Tensors

/// `numpy.random.default_rng` as Keras's NumPy backend calls it: doubles, rounded to the weight's type in the
/// end.
///
/// Bits are those of NumPy 2. The generator jumps ahead, so uniform draws can be cut anywhere. Normals take a
/// number of words that depends on the words, and can only be drawn from the start. A few of thousand go
/// through the host's `exp` and `log1p`.
enum NumPyStream {
  /// The values of a draw, whose seed and counter must be those of `Backend.seeds`.
  static func source(of draw: RandomDraw, _ kernels: StreamKernels) -> TensorSource {
    let generator = PCG64(entropy: [
      UInt32(truncatingIfNeeded: draw.seed.seed), UInt32(truncatingIfNeeded: draw.seed.counter),
    ])
    switch draw.distribution {
    case .uniform(let lower, let upper):
      return .blocks(
        NumPyUniform(
          generator: generator, lower: lower, span: upper - lower, dtype: draw.dtype, kernels: kernels))
    case .normal(let mean, let deviation):
      return .sequence(
        NumPyNormal(
          generator: generator, mean: mean, deviation: deviation, bounds: nil, dtype: draw.dtype))
    case .truncatedNormal(let mean, let deviation):
      return .sequence(
        NumPyNormal(
          generator: generator, mean: mean, deviation: deviation,
          bounds: (mean - 2 * deviation, mean + 2 * deviation), dtype: draw.dtype))
    }
  }
}

private struct NumPyUniform: BlockFiller {
  let generator: PCG64
  let lower, span: Double
  let dtype: DType
  let kernels: StreamKernels

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      switch dtype {
      case .float64: unsafe fill(range, buffer.bindMemory(to: Double.self)) { $0 }
      case .float16: unsafe fill(range, buffer.bindMemory(to: UInt16.self), IEEEHalf.encode)
      case .bfloat16: unsafe fill(range, buffer.bindMemory(to: UInt16.self), BrainHalf.encode)
      default: unsafe fill(range, buffer.bindMemory(to: Float.self)) { Float($0) }
      }
    }
  }

  @inline(__always)
  private func fill<Element>(
    _ range: Range<Int>, _ elements: UnsafeMutableBufferPointer<Element>, _ element: (Double) -> Element
  ) {
    var generator = generator
    generator.advance(by: UInt64(range.lowerBound))
    var lanes = PCG64Lanes(generator)
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: 1024) { chunk in
      var done = 0
      while done < range.count {
        let count = min(chunk.count, range.count - done)
        unsafe kernels.uniform(
          &lanes, .init(rebasing: chunk[..<((count + 15) & ~15)]), lower, span)
        let part = unsafe UnsafeMutableBufferPointer(rebasing: elements[done..<done + count])
        for index in part.indices { unsafe part[index] = element(chunk[index]) }
        done += count
      }
    }
  }
}

private struct NumPyNormal: SequentialFiller {
  var generator: PCG64
  let mean, deviation: Double
  /// Values outside are drawn again.
  let bounds: (lower: Double, upper: Double)?
  let dtype: DType

  mutating func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    // The tables are held here: a static array is looked up anew at each use.
    let (limits, widths) = (ZigguratTable.bounds, ZigguratTable.widths)
    var generator = generator
    unsafe limits.withUnsafeBufferPointer { limits in
      unsafe widths.withUnsafeBufferPointer { widths in
        @inline(__always)
        func next() -> Double {
          unsafe mean + deviation * generator.nextNormal(limits, widths)
        }
        if let bounds {
          bytes.store(range.count, as: dtype) {
            while true {
              let value = next()
              if value >= bounds.lower, value <= bounds.upper { return value }
            }
          }
        } else {
          bytes.store(range.count, as: dtype) { next() }
        }
      }
    }
    self.generator = generator
  }
}

extension PCG64 {
  /// A standard normal by the ziggurat of 256 layers.
  @inline(__always)
  fileprivate mutating func nextNormal(
    _ bounds: UnsafeBufferPointer<UInt64>, _ widths: UnsafeBufferPointer<UInt64>
  ) -> Double {
    while true {
      let word = next()
      let layer = Int(word & 0xFF)
      let magnitude = word >> 9 & 0xF_FFFF_FFFF_FFFF
      let distance = unsafe Double(magnitude) * Double(bitPattern: widths[layer])
      let value = word & 0x100 == 0 ? distance : -distance
      if unsafe magnitude < bounds[layer] { return value }
      if layer == 0 { return tailNormal(isNegative: magnitude & 0x100 != 0) }
      if isUnderDensity(value, layer) { return value }
    }
  }

  /// A value beyond the layers. Marsaglia, "Generating a variable from the tail of the normal distribution",
  /// 1964.
  private mutating func tailNormal(isNegative: Bool) -> Double {
    while true {
      let x = -ZigguratTable.inverseTailStart * log1p(-nextUnit())
      let y = -log1p(-nextUnit())
      if y + y > x * x { return isNegative ? -(ZigguratTable.tailStart + x) : ZigguratTable.tailStart + x }
    }
  }

  private mutating func isUnderDensity(_ value: Double, _ layer: Int) -> Bool {
    let upper = Double(bitPattern: ZigguratTable.densities[layer - 1])
    let lower = Double(bitPattern: ZigguratTable.densities[layer])
    return (upper - lower) * nextUnit() + lower < exp(-0.5 * value * value)
  }
}

extension MutableRawSpan {
  /// Writes numbers of a floating-point type over the span.
  @inline(__always)
  fileprivate mutating func store(_ count: Int, as dtype: DType, _ value: () -> Double) {
    unsafe withUnsafeMutableBytes { buffer in
      switch dtype {
      case .float64:
        let elements = unsafe buffer.bindMemory(to: Double.self)
        for index in 0..<count { unsafe elements[index] = value() }
      case .float16:
        let elements = unsafe buffer.bindMemory(to: UInt16.self)
        for index in 0..<count { unsafe elements[index] = IEEEHalf.encode(value()) }
      case .bfloat16:
        let elements = unsafe buffer.bindMemory(to: UInt16.self)
        for index in 0..<count { unsafe elements[index] = BrainHalf.encode(value()) }
      default:
        let elements = unsafe buffer.bindMemory(to: Float.self)
        for index in 0..<count { unsafe elements[index] = Float(value()) }
      }
    }
  }
}
