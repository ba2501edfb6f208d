internal import CHDF5

extension HDF5Object where Self: ~Copyable {
  /// Whether there is an attribute of that name.
  public func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
    guard !name.isEmpty, !name.utf8.contains(0) else { return false }
    return try _handle.location.check(
      .reading("look up the attribute `\(name)` of"), unsafe H5Aexists(_handle.id, name)) > 0
  }

  /// The names of all attributes, sorted.
  public func attributeNames() throws(HDF5Error) -> [String] {
    let collector = NameCollector()
    var index: hsize_t = 0
    let status = unsafe collector.collect { context in
      unsafe H5Aiterate2(
        _handle.id, H5_INDEX_NAME, H5_ITER_NATIVE, &index,
        { _, name, _, context in unsafe NameCollector.visit(name, context) }, unsafe context)
    }
    try _handle.location.check(.reading("list the attributes of"), status)
    return collector.names.sorted()
  }

  /// The value of an attribute; `nil` if there is none of that name.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5AttributeValue? {
    guard try hasAttribute(name) else { return nil }
    let location = _handle.location
    let attempt = Attempt.reading("read the attribute `\(name)` of")
    let attribute = unsafe Handle(try location.check(attempt, H5Aopen(_handle.id, name, 0)), close: H5Aclose)
    let type = Handle(try location.check(attempt, H5Aget_type(attribute.id)), close: H5Tclose)
    let space = Handle(try location.check(attempt, H5Aget_space(attribute.id)), close: H5Sclose)
    guard let shape = try Dataspace.shape(of: space.id, location) else { return .empty }
    let reader = AttributeReader(
      attribute: attribute.id, type: type.id, space: space.id,
      count: try Dataspace.elementCount(shape, location), attempt: attempt, location: location)
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
