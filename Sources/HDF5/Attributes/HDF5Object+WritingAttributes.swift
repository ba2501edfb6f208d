internal import CHDF5

extension HDF5Object where Self: ~Copyable {
  /// Writes a scalar string. It must not contain a zero character.
  public func writeAttribute(
    _ name: String, _ string: String, format: HDF5StringFormat = .variableUTF8
  ) throws(HDF5Error) {
    try write(name, [string], shape: [], format)
  }

  /// Writes a list of strings; they must not contain zero characters.
  ///
  /// An empty list becomes an empty list of doubles, which is what NumPy makes of it and Keras expects.
  public func writeAttribute(
    _ name: String, _ strings: [String], format: HDF5StringFormat
  ) throws(HDF5Error) {
    if strings.isEmpty {
      try writeAttribute(name, [Double](), shape: [0])
    } else {
      try write(name, strings, shape: [strings.count], format)
    }
  }

  /// Writes numbers in row-major order.
  public func writeAttribute<Scalar: HDF5Scalar>(
    _ name: String, _ values: [Scalar], shape: [Int]
  ) throws(HDF5Error) {
    let location = _handle.location
    guard values.count == (try Dataspace.elementCount(shape, location)) else {
      throw location.error(
        .invalidArgument, .writing("write the attribute `\(name)` of"),
        "\(values.count) values given for the shape \(shape)")
    }
    let memory = try Scalar.elementType.native.makeDatatype(location)
    try create(name, try Scalar.elementType.makeDatatype(location), shape) { attribute in
      unsafe values.isEmpty
        ? 0 : values.withUnsafeBytes { unsafe H5Awrite(attribute, memory.id, $0.baseAddress) }
    }
  }

  /// Writes one number.
  public func writeAttribute<Scalar: HDF5Scalar>(_ name: String, _ value: Scalar) throws(HDF5Error) {
    try writeAttribute(name, [value], shape: [])
  }

  private func write(
    _ name: String, _ strings: [String], shape: [Int], _ format: HDF5StringFormat
  ) throws(HDF5Error) {
    let location = _handle.location
    guard strings.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw location.error(
        .invalidArgument, .writing("write the attribute `\(name)` of"), "a string contains a zero character")
    }
    let width = max(1, strings.map(\.utf8.count).max() ?? 1)
    let type = try makeStringType(format, width: width)
    let memory = try makeStringType(format, width: width)
    try create(name, type, shape) { attribute in
      switch format.length {
      case .variable:
        return unsafe withCStrings(strings) { unsafe H5Awrite(attribute, memory.id, $0.baseAddress) }
      case .fixed:
        let fields = strings.flatMap { string in
          Array(string.utf8) + [UInt8](repeating: 0, count: width - string.utf8.count)
        }
        return unsafe fields.withUnsafeBytes { unsafe H5Awrite(attribute, memory.id, $0.baseAddress) }
      }
    }
  }

  private func makeStringType(_ format: HDF5StringFormat, width: Int) throws(HDF5Error) -> Handle {
    let location = _handle.location
    let type = Handle(
      try location.check(.writing("create a datatype for"), H5Tcopy(ch5_c_string())), close: H5Tclose)
    let size = format.length == .variable ? ch5_variable_length() : width
    try location.check(.writing("create a datatype for"), H5Tset_size(type.id, size))
    if format.length == .fixed {
      try location.check(.writing("create a datatype for"), H5Tset_strpad(type.id, H5T_STR_NULLPAD))
    }
    let characterSet = format.characterSet == .utf8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII
    try location.check(.writing("create a datatype for"), H5Tset_cset(type.id, characterSet))
    return type
  }

  private func create(
    _ name: String, _ type: consuming Handle, _ shape: [Int], _ write: (hid_t) -> herr_t
  ) throws(HDF5Error) {
    let location = _handle.location
    try location.checkName(.writing("write an attribute of"), name)
    let space = try Dataspace.make(shape, location)
    let attribute = Handle(
      try location.check(
        .writing("write the attribute `\(name)` of"),
        unsafe H5Acreate2(_handle.id, name, type.id, space.id, 0, 0)),
      close: H5Aclose)
    try location.check(.writing("write the attribute `\(name)` of"), write(attribute.id))
  }
}

/// Calls `body` with the addresses of zero-terminated copies of the strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  let lengths = strings.map { $0.utf8.count + 1 }
  let storage = UnsafeMutableBufferPointer<CChar>.allocate(capacity: lengths.reduce(0, +))
  defer { unsafe storage.deallocate() }
  var pointers: [UnsafePointer<CChar>?] = unsafe []
  var offset = 0
  for (string, length) in zip(strings, lengths) {
    for (index, byte) in string.utf8.enumerated() { unsafe storage[offset + index] = CChar(bitPattern: byte) }
    unsafe storage[offset + length - 1] = 0
    unsafe pointers.append(storage.baseAddress.map { unsafe UnsafePointer($0 + offset) })
    offset += length
  }
  return unsafe pointers.withUnsafeBufferPointer(body)
}
