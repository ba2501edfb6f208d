import HDF5
import Tensors

/// Where the bytes of a tensor lie in a file.
struct Extent: Sendable, Hashable {
  let source: Int
  let spec: TensorSpec
  let offset: UInt64
}

/// Everything of a file but the values: libhdf5 makes the groups, attributes and allocated datasets, tells
/// where the datasets lie, and is done.
enum Skeleton {
  /// Writes groups, attributes and datasets to a file, which is emptied first.
  ///
  /// - Parameters:
  ///   - layout: the root group.
  ///   - path: the file.
  ///   - userBlockSize: how many bytes before the HDF5 file are left to others.
  /// - Returns: the places of all tensors that have elements, counted from the start of the file.
  /// - Throws: why libhdf5 cannot write them.
  static func write(
    _ layout: GroupLayout, to path: String, userBlockSize: Int = 0
  ) throws(HDF5Error) -> [Extent] {
    try HDF5Session.run { session throws(HDF5Error) in
      var extents: [Extent] = []
      let options = HDF5File.CreationOptions(userBlockSize: userBlockSize)
      try session.createFile(at: path, options: options) { root throws(HDF5Error) in
        try write(layout, into: root, &extents)
      }
      return extents
    }
  }

  private static func write(
    _ layout: GroupLayout, into group: borrowing HDF5Group, _ extents: inout [Extent]
  ) throws(HDF5Error) {
    for attribute in layout.attributes { try write(attribute, to: group) }
    for dataset in layout.datasets {
      if let extent = try write(dataset, into: group) { extents.append(extent) }
    }
    for child in layout.groups { try write(child, into: try group.createGroup(child.name), &extents) }
  }

  private static func write(
    _ layout: DatasetLayout, into group: borrowing HDF5Group
  ) throws(HDF5Error) -> Extent? {
    let isOpaque = layout.isKeras3 && layout.spec.dtype == .bfloat16
    let dataset = try group.createDataset(
      layout.name, shape: layout.spec.shape.dimensions,
      elementType: isOpaque ? .opaque(byteCount: 2, tag: "") : layout.spec.dtype.elementType)
    if isOpaque { try dataset.writeAttribute("dtype", "bfloat16", format: .variableUTF8) }
    guard let offset = dataset.contiguousOffset else { return nil }
    return Extent(source: layout.source, spec: layout.spec, offset: offset)
  }

  private static func write(
    _ attribute: AttributeLayout, to object: borrowing some HDF5Object & ~Copyable
  ) throws(HDF5Error) {
    switch attribute.value {
    case .string(let string, let format): try object.writeAttribute(attribute.name, string, format: format)
    case .strings(let strings, let format): try object.writeAttribute(attribute.name, strings, format: format)
    case .unsigned(let number): try object.writeAttribute(attribute.name, number)
    }
  }
}

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
}
