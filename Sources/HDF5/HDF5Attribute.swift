internal import CHDF5

/// How a string lies in a file.
public struct HDF5StringFormat: Sendable, Hashable {
  public enum CharacterSet: Sendable, Hashable { case ascii, utf8 }

  public enum Length: Sendable, Hashable {
    /// In the file's heap, of any length: 16 bytes in the attribute itself.
    case variable
    /// Padded with zeros to the longest string, at least one byte.
    case fixed
  }

  public let characterSet: CharacterSet
  public let length: Length

  public init(_ characterSet: CharacterSet, _ length: Length) {
    self.characterSet = characterSet
    self.length = length
  }

  /// What h5py writes for a Python `str`.
  public static let variableUTF8 = HDF5StringFormat(.utf8, .variable)
  /// What h5py writes for Python `bytes`.
  public static let variableASCII = HDF5StringFormat(.ascii, .variable)
  /// What h5py writes for a NumPy array of `S`.
  public static let fixedASCII = HDF5StringFormat(.ascii, .fixed)
}

/// The value of an attribute, whatever its type in the file.
public enum HDF5AttributeValue: Sendable, Hashable {
  case string(String)
  case strings([String], shape: [Int])
  /// Integers of up to 64 bits; unsigned values beyond `Int64.max` wrap.
  case integers([Int64], shape: [Int])
  case floats([Double], shape: [Int])
  /// A null dataspace.
  case empty
  /// A type that this library does not read.
  case unsupported
}

extension HDF5Object where Self: ~Copyable {
  public func hasAttribute(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains(0) && H5Aexists(_handle.id, name) > 0
  }

  // MARK: Writing

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
      throw location.error("write attribute \(name)", "\(values.count) values given for the shape \(shape)")
    }
    let memory = try Scalar.elementType.native.makeDatatype(location)
    try create(name, try Scalar.elementType.makeDatatype(location), shape) { attribute in
      values.isEmpty ? 0 : values.withUnsafeBytes { H5Awrite(attribute, memory.id, $0.baseAddress) }
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
      throw location.error("write attribute \(name)", "a string contains a zero character")
    }
    let width = max(1, strings.map(\.utf8.count).max() ?? 1)
    let type = try makeStringType(format, width: width)
    let memory = try makeStringType(format, width: width)
    try create(name, type, shape) { attribute in
      switch format.length {
      case .variable:
        return withCStrings(strings) { H5Awrite(attribute, memory.id, $0.baseAddress) }
      case .fixed:
        let fields = strings.flatMap { string in
          Array(string.utf8) + [UInt8](repeating: 0, count: width - string.utf8.count)
        }
        return fields.withUnsafeBytes { H5Awrite(attribute, memory.id, $0.baseAddress) }
      }
    }
  }

  private func makeStringType(_ format: HDF5StringFormat, width: Int) throws(HDF5Error) -> Handle {
    let location = _handle.location
    let type = Handle(try location.check("create datatype", H5Tcopy(ch5_c_string())), close: H5Tclose)
    let size = format.length == .variable ? ch5_variable_length() : width
    try location.check("create datatype", H5Tset_size(type.id, size))
    if format.length == .fixed {
      try location.check("create datatype", H5Tset_strpad(type.id, H5T_STR_NULLPAD))
    }
    let characterSet = format.characterSet == .utf8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII
    try location.check("create datatype", H5Tset_cset(type.id, characterSet))
    return type
  }

  private func create(
    _ name: String, _ type: consuming Handle, _ shape: [Int], _ write: (hid_t) -> herr_t
  ) throws(HDF5Error) {
    let location = _handle.location
    try location.checkName("write attribute", name)
    let space = try Dataspace.make(shape, location)
    let attribute = Handle(
      try location.check("write attribute \(name) of", H5Acreate2(_handle.id, name, type.id, space.id, 0, 0)),
      close: H5Aclose)
    try location.check("write attribute \(name) of", write(attribute.id))
  }

  // MARK: Reading

  /// The names of all attributes, sorted.
  public func attributeNames() throws(HDF5Error) -> [String] {
    let collector = NameCollector()
    var index: hsize_t = 0
    let status = collector.collect { context in
      H5Aiterate2(
        _handle.id, H5_INDEX_NAME, H5_ITER_NATIVE, &index,
        { _, name, _, context in NameCollector.visit(name, context) }, context)
    }
    try _handle.location.check("list attributes of", status)
    return collector.names.sorted()
  }

  /// The value of an attribute; `nil` if there is none of that name.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5AttributeValue? {
    guard hasAttribute(name) else { return nil }
    let location = _handle.location
    let operation = "read attribute \(name) of"
    let attribute = Handle(try location.check(operation, H5Aopen(_handle.id, name, 0)), close: H5Aclose)
    let type = Handle(try location.check(operation, H5Aget_type(attribute.id)), close: H5Tclose)
    let space = Handle(try location.check(operation, H5Aget_space(attribute.id)), close: H5Sclose)
    guard let shape = try Dataspace.shape(of: space.id, location) else { return .empty }
    let reader = AttributeReader(
      attribute: attribute.id, type: type.id, space: space.id, shape: shape,
      count: try Dataspace.elementCount(shape, location), operation: operation, location: location)
    switch HDF5ElementType(of: type.id) {
    case .string:
      let strings = try reader.strings()
      return shape.isEmpty ? .string(strings.first ?? "") : .strings(strings, shape: shape)
    case .integer, .boolean: return .integers(try reader.numbers(), shape: shape)
    case .float: return .floats(try reader.numbers(), shape: shape)
    case .opaque, .other: return .unsupported
    }
  }
}

/// An attribute that is being read.
private struct AttributeReader {
  let attribute: hid_t
  let type: hid_t
  let space: hid_t
  let shape: [Int]
  let count: Int
  let operation: String
  let location: Location

  /// No attribute is larger: those that are not kept in the object header are limited by libhdf5 itself.
  static let byteLimit = 1 << 28

  func numbers<Scalar: HDF5Scalar>() throws(HDF5Error) -> [Scalar] {
    try checkSize(MemoryLayout<Scalar>.stride)
    if HDF5ElementType(of: type) == .boolean { return try booleans() }
    let memory = try Scalar.elementType.native.makeDatatype(location)
    var values = [Scalar](repeating: Scalar(), count: count)
    if count > 0 {
      try location.check(
        operation, values.withUnsafeMutableBytes { H5Aread(attribute, memory.id, $0.baseAddress) })
    }
    return values
  }

  /// libhdf5 does not convert enumerations to numbers, but their bytes are what they are.
  private func booleans<Scalar: HDF5Scalar>() throws(HDF5Error) -> [Scalar] {
    var bytes = [UInt8](repeating: 0, count: count)
    if count > 0 { try location.check(operation, H5Aread(attribute, type, &bytes)) }
    return bytes.map { byte in
      var value = Scalar()
      withUnsafeMutableBytes(of: &value) { $0[0] = byte }
      return value
    }
  }

  func strings() throws(HDF5Error) -> [String] {
    guard count > 0 else { return [] }
    return H5Tis_variable_str(type) > 0 ? try variableStrings() : try fixedStrings()
  }

  private func variableStrings() throws(HDF5Error) -> [String] {
    try checkSize(MemoryLayout<UnsafeMutablePointer<CChar>?>.stride)
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try location.check(operation, H5Aread(attribute, type, &pointers))
    let strings = pointers.map { $0.map { String(cString: $0) } ?? "" }
    _ = H5Dvlen_reclaim(type, space, 0, &pointers)
    return strings
  }

  private func fixedStrings() throws(HDF5Error) -> [String] {
    let width = H5Tget_size(type)
    try checkSize(width)
    var bytes = [UInt8](repeating: 0, count: count * width)
    try location.check(operation, H5Aread(attribute, type, &bytes))
    let padding: UInt8 = H5Tget_strpad(type) == H5T_STR_SPACEPAD ? UInt8(ascii: " ") : 0
    return (0..<count).map { index in
      let field = bytes[index * width..<(index + 1) * width].prefix { $0 != 0 }
      let end = field.lastIndex { $0 != padding }.map { $0 + 1 } ?? field.startIndex
      return String(decoding: field[..<end], as: UTF8.self)
    }
  }

  private func checkSize(_ elementSize: Int) throws(HDF5Error) {
    let (size, overflow) = count.multipliedReportingOverflow(by: elementSize)
    guard !overflow, size <= Self.byteLimit else {
      throw location.error(operation, "it claims \(count) elements, which is more than an attribute can hold")
    }
  }
}

/// Calls `body` with the addresses of zero-terminated copies of the strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  let lengths = strings.map { $0.utf8.count + 1 }
  let storage = UnsafeMutableBufferPointer<CChar>.allocate(capacity: lengths.reduce(0, +))
  defer { storage.deallocate() }
  var pointers: [UnsafePointer<CChar>?] = []
  var offset = 0
  for (string, length) in zip(strings, lengths) {
    for (index, byte) in string.utf8.enumerated() { storage[offset + index] = CChar(bitPattern: byte) }
    storage[offset + length - 1] = 0
    pointers.append(storage.baseAddress.map { UnsafePointer($0 + offset) })
    offset += length
  }
  return pointers.withUnsafeBufferPointer(body)
}
