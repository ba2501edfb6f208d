/// The type of a dataset's elements, as it lies in the file.
public enum HDF5ElementType: Sendable, Hashable {
  public enum ByteOrder: Sendable, Hashable { case little, big }

  public enum FloatFormat: Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary16.
    case half
    /// The upper half of a binary32.
    case brain
    case single
    case double

    public var byteCount: Int {
      switch self {
      case .half, .brain: 2
      case .single: 4
      case .double: 8
      }
    }
  }

  case float(FloatFormat, ByteOrder)
  case integer(byteCount: Int, isSigned: Bool, ByteOrder)
  /// The enumeration of FALSE and TRUE over one byte that h5py writes for booleans.
  case boolean
  case opaque(byteCount: Int, tag: String)
  case string
  /// Anything else, such as compounds and references.
  case other(byteCount: Int)

  public static let half = HDF5ElementType.float(.half, .little)
  public static let brain = HDF5ElementType.float(.brain, .little)
  public static let single = HDF5ElementType.float(.single, .little)
  public static let double = HDF5ElementType.float(.double, .little)

  /// The size of an element in the file; 0 where it has none of its own.
  public var byteCount: Int {
    switch self {
    case .float(let format, _): format.byteCount
    case .integer(let byteCount, _, _), .opaque(let byteCount, _), .other(let byteCount): byteCount
    case .boolean: 1
    case .string: 0
    }
  }
}
