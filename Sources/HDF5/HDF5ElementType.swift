internal import CHDF5

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

/// The fields of a floating-point format.
private struct FloatLayout: Equatable {
  let signPosition, exponentPosition, exponentBits, mantissaPosition, mantissaBits, bias: Int

  init(_ format: HDF5ElementType.FloatFormat) {
    switch format {
    case .half: self.init(15, 10, 5, 0, 10, 15)
    case .brain: self.init(15, 7, 8, 0, 7, 127)
    case .single: self.init(31, 23, 8, 0, 23, 127)
    case .double: self.init(63, 52, 11, 0, 52, 1023)
    }
  }

  init(
    _ signPosition: Int, _ exponentPosition: Int, _ exponentBits: Int, _ mantissaPosition: Int,
    _ mantissaBits: Int, _ bias: Int
  ) {
    self.signPosition = signPosition
    self.exponentPosition = exponentPosition
    self.exponentBits = exponentBits
    self.mantissaPosition = mantissaPosition
    self.mantissaBits = mantissaBits
    self.bias = bias
  }

  init?(of type: hid_t) {
    var (sign, exponent, exponentBits, mantissa, mantissaBits) = (0, 0, 0, 0, 0)
    guard H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits) >= 0 else {
      return nil
    }
    self.init(sign, exponent, exponentBits, mantissa, mantissaBits, Int(H5Tget_ebias(type)))
  }
}

extension HDF5ElementType {
  /// Reads the description of a datatype.
  init(of type: hid_t) {
    let size = H5Tget_size(type)
    let order: ByteOrder = H5Tget_order(type) == H5T_ORDER_BE ? .big : .little
    switch H5Tget_class(type) {
    case H5T_FLOAT:
      let layout = FloatLayout(of: type)
      let format = FloatFormat.allCases.first { $0.byteCount == size && FloatLayout($0) == layout }
      self = format.map { .float($0, order) } ?? .other(byteCount: size)
    case H5T_INTEGER:
      self = .integer(byteCount: size, isSigned: H5Tget_sign(type) == H5T_SGN_2, order)
    case H5T_ENUM where size == 1 && H5Tget_nmembers(type) == 2: self = .boolean
    case H5T_OPAQUE:
      let tag = H5Tget_tag(type)
      defer { H5free_memory(tag) }
      self = .opaque(byteCount: size, tag: tag.map { String(cString: $0) } ?? "")
    case H5T_STRING: self = .string
    default: self = .other(byteCount: size)
    }
  }

  /// Makes the datatype.
  func makeDatatype(_ location: Location) throws(HDF5Error) -> Handle {
    switch self {
    case .float(.single, .little): try copy(ch5_f32le(), location)
    case .float(.single, .big): try copy(ch5_f32be(), location)
    case .float(.double, .little): try copy(ch5_f64le(), location)
    case .float(.double, .big): try copy(ch5_f64be(), location)
    case .float(let format, let order): try makeFloat(format, order, location)
    case .integer(let byteCount, let isSigned, let order):
      try makeInteger(byteCount, isSigned, order, location)
    case .boolean: try makeBoolean(location)
    case .opaque(let byteCount, let tag): try makeOpaque(byteCount, tag, location)
    case .string, .other: throw location.error("create datatype", "this type can be read but not written")
    }
  }

  private func copy(_ type: hid_t, _ location: Location) throws(HDF5Error) -> Handle {
    Handle(try location.check("create datatype", H5Tcopy(type)), close: H5Tclose)
  }

  private func makeFloat(
    _ format: FloatFormat, _ order: ByteOrder, _ location: Location
  ) throws(HDF5Error) -> Handle {
    let type = try copy(order == .little ? ch5_f32le() : ch5_f32be(), location)
    let layout = FloatLayout(format)
    try location.check(
      "create datatype",
      H5Tset_fields(
        type.id, layout.signPosition, layout.exponentPosition, layout.exponentBits, layout.mantissaPosition,
        layout.mantissaBits))
    try location.check("create datatype", H5Tset_size(type.id, format.byteCount))
    try location.check("create datatype", H5Tset_ebias(type.id, layout.bias))
    return type
  }

  private func makeInteger(
    _ byteCount: Int, _ isSigned: Bool, _ order: ByteOrder, _ location: Location
  ) throws(HDF5Error) -> Handle {
    let base =
      switch (byteCount, isSigned) {
      case (1, true): ch5_i8le()
      case (2, true): ch5_i16le()
      case (4, true): ch5_i32le()
      case (8, true): ch5_i64le()
      case (1, false): ch5_u8le()
      case (2, false): ch5_u16le()
      case (4, false): ch5_u32le()
      case (8, false): ch5_u64le()
      default: throw location.error("create datatype", "no integer has \(byteCount) bytes")
      }
    let type = try copy(base, location)
    if order == .big { try location.check("create datatype", H5Tset_order(type.id, H5T_ORDER_BE)) }
    return type
  }

  private func makeBoolean(_ location: Location) throws(HDF5Error) -> Handle {
    let type = Handle(
      try location.check("create datatype", H5Tenum_create(ch5_i8le())), close: H5Tclose)
    for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
      var value = value
      try location.check("create datatype", H5Tenum_insert(type.id, name, &value))
    }
    return type
  }

  private func makeOpaque(_ byteCount: Int, _ tag: String, _ location: Location) throws(HDF5Error) -> Handle {
    let type = Handle(
      try location.check("create datatype", H5Tcreate(H5T_OPAQUE, byteCount)), close: H5Tclose)
    try location.check("create datatype", H5Tset_tag(type.id, tag))
    return type
  }
}
