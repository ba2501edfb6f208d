internal import CHDF5

/// A Swift number that HDF5 reads and writes, converting between widths and byte orders.
public protocol HDF5Scalar: BitwiseCopyable, Sendable {
  /// The element type of the same bits in little-endian order.
  static var elementType: HDF5ElementType { get }
  init()
}

extension Float: HDF5Scalar { public static var elementType: HDF5ElementType { .single } }
extension Double: HDF5Scalar { public static var elementType: HDF5ElementType { .double } }

extension HDF5Scalar where Self: FixedWidthInteger {
  public static var elementType: HDF5ElementType {
    .integer(byteCount: Self.bitWidth / 8, isSigned: Self.isSigned, .little)
  }
}

extension Int8: HDF5Scalar {}
extension Int16: HDF5Scalar {}
extension Int32: HDF5Scalar {}
extension Int64: HDF5Scalar {}
extension UInt8: HDF5Scalar {}
extension UInt16: HDF5Scalar {}
extension UInt32: HDF5Scalar {}
extension UInt64: HDF5Scalar {}

extension HDF5ElementType {
  /// The same type in the byte order of this machine, for buffers in memory.
  var native: HDF5ElementType {
    #if _endian(little)
      let order = ByteOrder.little
    #else
      let order = ByteOrder.big
    #endif
    return switch self {
    case .float(let format, _): .float(format, order)
    case .integer(let byteCount, let isSigned, _): .integer(byteCount: byteCount, isSigned: isSigned, order)
    default: self
    }
  }
}
