import Tensors

extension DType {
  /// The bytes of a number in this type and in the byte order of the machine; integers round towards zero.
  func bytes(of value: Double) -> [UInt8] {
    switch self {
    case .float64: withUnsafeBytes(of: value) { Array($0) }
    case .float32: withUnsafeBytes(of: Float(value)) { Array($0) }
    case .float16: withUnsafeBytes(of: HalfPrecision.float16(value)) { Array($0) }
    case .bfloat16: withUnsafeBytes(of: HalfPrecision.bfloat16(Float(value))) { Array($0) }
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
    return withUnsafeBytes(of: clamped) { Array($0) }
  }
}
