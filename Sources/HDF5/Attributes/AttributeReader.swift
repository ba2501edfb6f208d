internal import CHDF5

/// An attribute that is being read.
struct AttributeReader {
  let attribute: hid_t
  let type: hid_t
  let space: hid_t
  let count: Int
  let attempt: Attempt
  let location: Location

  /// No attribute is larger: those that are not kept in the object header are limited by libhdf5 itself.
  static let byteLimit = 1 << 28

  func numbers<Scalar: HDF5Scalar>() throws(HDF5Error) -> [Scalar] {
    try checkSize(MemoryLayout<Scalar>.stride)
    if HDF5ElementType(of: type) == .boolean { return try booleans() }
    let memory = try Scalar.elementType.native.makeDatatype(location)
    var values = [Scalar](repeating: Scalar(), count: count)
    if count > 0 {
      try unsafe location.check(
        attempt, values.withUnsafeMutableBytes { unsafe H5Aread(attribute, memory.id, $0.baseAddress) })
    }
    return values
  }

  /// libhdf5 does not convert enumerations to numbers, but their bytes are what they are.
  private func booleans<Scalar: HDF5Scalar>() throws(HDF5Error) -> [Scalar] {
    var bytes = [UInt8](repeating: 0, count: count)
    if count > 0 { try unsafe location.check(attempt, H5Aread(attribute, type, &bytes)) }
    return bytes.map { byte in
      var value = Scalar()
      unsafe withUnsafeMutableBytes(of: &value) { unsafe $0[0] = byte }
      return value
    }
  }

  func strings() throws(HDF5Error) -> [String] {
    guard count > 0 else { return [] }
    return H5Tis_variable_str(type) > 0 ? try variableStrings() : try fixedStrings()
  }

  private func variableStrings() throws(HDF5Error) -> [String] {
    try unsafe checkSize(MemoryLayout<UnsafeMutablePointer<CChar>?>.stride)
    var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try unsafe location.check(attempt, H5Aread(attribute, type, &pointers))
    let strings = unsafe pointers.map { unsafe $0.map { unsafe String(cString: $0) } ?? "" }
    _ = unsafe H5Dvlen_reclaim(type, space, 0, &pointers)
    return strings
  }

  private func fixedStrings() throws(HDF5Error) -> [String] {
    let width = H5Tget_size(type)
    try checkSize(width)
    var bytes = [UInt8](repeating: 0, count: count * width)
    try unsafe location.check(attempt, H5Aread(attribute, type, &bytes))
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
      throw location.error(
        .malformed, attempt, "it claims \(count) elements, which is more than an attribute can hold")
    }
  }
}
