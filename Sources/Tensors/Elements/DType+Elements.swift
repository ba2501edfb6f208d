extension DType {
  /// An element of a buffer, in the order of the machine, as a double; 64-bit integers are rounded.
  package func value(in bytes: UnsafeRawBufferPointer, at index: Int) -> Double {
    let offset = index * byteCount
    func load<Value: BitwiseCopyable>(_ type: Value.Type) -> Value {
      unsafe bytes.loadUnaligned(fromByteOffset: offset, as: type)
    }
    switch self {
    case .float16: return Double(HalfPrecision.float(float16: load(UInt16.self)))
    case .bfloat16: return Double(HalfPrecision.float(bfloat16: load(UInt16.self)))
    case .float32: return Double(load(Float.self))
    case .float64: return load(Double.self)
    case .int8: return Double(load(Int8.self))
    case .int16: return Double(load(Int16.self))
    case .int32: return Double(load(Int32.self))
    case .int64: return Double(load(Int64.self))
    case .uint8, .bool: return Double(load(UInt8.self))
    case .uint16: return Double(load(UInt16.self))
    case .uint32: return Double(load(UInt32.self))
    case .uint64: return Double(load(UInt64.self))
    }
  }

  /// The elements of some bytes, in the order of the machine, as single-precision numbers.
  package func floats(_ bytes: [UInt8]) -> [Float] {
    let count = bytes.count / byteCount
    return unsafe bytes.withUnsafeBytes { buffer in
      switch self {
      case .float32:
        return (0..<count).map { unsafe buffer.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
      default: return (0..<count).map { unsafe Float(value(in: buffer, at: $0)) }
      }
    }
  }

  /// The bytes of a number in this type and in the byte order of the machine; integers round towards zero.
  package func bytes(of value: Double) -> [UInt8] {
    switch self {
    case .float64: unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
    case .float32: unsafe withUnsafeBytes(of: Float(value)) { unsafe Array($0) }
    case .float16: unsafe withUnsafeBytes(of: HalfPrecision.float16(value)) { unsafe Array($0) }
    case .bfloat16: unsafe withUnsafeBytes(of: HalfPrecision.bfloat16(Float(value))) { unsafe Array($0) }
    case .int8: integerBytes(value, Int8.self)
    case .int16: integerBytes(value, Int16.self)
    case .int32: integerBytes(value, Int32.self)
    case .int64: integerBytes(value, Int64.self)
    case .uint8: integerBytes(value, UInt8.self)
    case .uint16: integerBytes(value, UInt16.self)
    case .uint32: integerBytes(value, UInt32.self)
    case .uint64: integerBytes(value, UInt64.self)
    case .bool: [value == 0 ? 0 : 1]
    }
  }

  private func integerBytes<Integer: FixedWidthInteger>(_ value: Double, _ type: Integer.Type) -> [UInt8] {
    let clamped = Integer(exactly: value.rounded(.towardZero)) ?? (value < 0 ? Integer.min : Integer.max)
    return unsafe withUnsafeBytes(of: clamped) { unsafe Array($0) }
  }
}
