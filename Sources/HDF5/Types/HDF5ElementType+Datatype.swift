internal import CHDF5

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
      let tag = unsafe H5Tget_tag(type)
      defer { unsafe H5free_memory(tag) }
      self = unsafe .opaque(byteCount: size, tag: tag.map { unsafe String(cString: $0) } ?? "")
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
    case .string, .other:
      throw location.error(
        .unsupported, .writing("create a datatype for"), "this type can be read but not written")
    }
  }

  private func copy(_ type: hid_t, _ location: Location) throws(HDF5Error) -> Handle {
    Handle(try location.check(.writing("create a datatype for"), H5Tcopy(type)), close: H5Tclose)
  }

  private func makeFloat(
    _ format: FloatFormat, _ order: ByteOrder, _ location: Location
  ) throws(HDF5Error) -> Handle {
    let type = try copy(order == .little ? ch5_f32le() : ch5_f32be(), location)
    let layout = FloatLayout(format)
    try location.check(
      .writing("create a datatype for"),
      H5Tset_fields(
        type.id, layout.signPosition, layout.exponentPosition, layout.exponentBits, layout.mantissaPosition,
        layout.mantissaBits))
    try location.check(.writing("create a datatype for"), H5Tset_size(type.id, format.byteCount))
    try location.check(.writing("create a datatype for"), H5Tset_ebias(type.id, layout.bias))
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
      default:
        throw location.error(
          .invalidArgument, .writing("create a datatype for"), "no integer has \(byteCount) bytes")
      }
    let type = try copy(base, location)
    if order == .big {
      try location.check(.writing("create a datatype for"), H5Tset_order(type.id, H5T_ORDER_BE))
    }
    return type
  }

  private func makeBoolean(_ location: Location) throws(HDF5Error) -> Handle {
    let type = Handle(
      try location.check(.writing("create a datatype for"), H5Tenum_create(ch5_i8le())), close: H5Tclose)
    for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
      var value = value
      try unsafe location.check(.writing("create a datatype for"), H5Tenum_insert(type.id, name, &value))
    }
    return type
  }

  private func makeOpaque(_ byteCount: Int, _ tag: String, _ location: Location) throws(HDF5Error) -> Handle {
    let type = Handle(
      try location.check(.writing("create a datatype for"), H5Tcreate(H5T_OPAQUE, byteCount)), close: H5Tclose
    )
    try unsafe location.check(.writing("create a datatype for"), H5Tset_tag(type.id, tag))
    return type
  }
}
