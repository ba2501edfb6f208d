internal import HDF5
import Tensors

/// An HDF5 file without its values: libhdf5 creates the groups, attributes and allocated datasets and tells
/// where the datasets lie; the values are written past it.
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
      try session.createFile(at: path, userBlockSize: userBlockSize) { root throws(HDF5Error) in
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
    case .string(let string, let form):
      try object.writeAttribute(attribute.name, string, format: HDF5StringFormat(form))
    case .strings(let strings, let form):
      try object.writeAttribute(attribute.name, strings, format: HDF5StringFormat(form))
    case .unsigned(let number): try object.writeAttribute(attribute.name, number)
    }
  }
}
