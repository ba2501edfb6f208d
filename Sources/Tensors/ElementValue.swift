extension DType {
  /// An element of a buffer, in the order of the machine, as a double; 64-bit integers are rounded.
  package func value(in bytes: UnsafeRawBufferPointer, at index: Int) -> Double {
    let offset = index * byteCount
    func load<Value: BitwiseCopyable>(_ type: Value.Type) -> Value {
      bytes.loadUnaligned(fromByteOffset: offset, as: type)
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
}
