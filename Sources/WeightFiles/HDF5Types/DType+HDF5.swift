internal import HDF5
import Tensors

extension DType {
  /// How elements of this type lie in a file.
  var elementType: HDF5ElementType {
    switch self {
    case .float16: .half
    // Keras's own bfloat16 is opaque bytes that its legacy reader cannot read; as an HDF5 float it can.
    case .bfloat16: .brain
    case .float32: .single
    case .float64: .double
    case .int8: Int8.elementType
    case .int16: Int16.elementType
    case .int32: Int32.elementType
    case .int64: Int64.elementType
    case .uint8: UInt8.elementType
    case .uint16: UInt16.elementType
    case .uint32: UInt32.elementType
    case .uint64: UInt64.elementType
    case .bool: .boolean
    }
  }

  /// The type whose elements lie in a file in this way, in either byte order; `nil` if there is none.
  init?(_ elementType: HDF5ElementType) {
    let littleEndian: HDF5ElementType =
      switch elementType {
      case .float(let format, _): .float(format, .little)
      case .integer(let byteCount, let isSigned, _):
        .integer(byteCount: byteCount, isSigned: isSigned, .little)
      case .boolean, .opaque, .string, .other: elementType
      }
    guard let dtype = Self.allCases.first(where: { $0.elementType == littleEndian }) else { return nil }
    self = dtype
  }
}
