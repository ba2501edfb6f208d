internal import CHDF5

extension HDF5Dataset {
  /// How the bytes lie in the file.
  public func storage() throws(HDF5Error) -> HDF5Storage {
    let creation = Handle(
      try location.check(.reading("inspect the dataset"), H5Dget_create_plist(handle.id)), close: H5Pclose)
    switch H5Pget_layout(creation.id) {
    case H5D_COMPACT: return .compact
    case H5D_CONTIGUOUS:
      guard H5Pget_external_count(creation.id) == 0 else { return .elsewhere }
      return .contiguous(offset: contiguousOffset)
    case H5D_CHUNKED:
      var sizes = [hsize_t](repeating: 0, count: shape?.count ?? 0)
      try location.check(
        .reading("inspect the dataset"), H5Pget_chunk(creation.id, Int32(sizes.count), &sizes))
      return .chunked(shape: sizes.map { Int(clamping: $0) }, filters: try filters(creation.id))
    default: return .elsewhere
    }
  }

  /// Where the bytes of a contiguous dataset begin in the file; `nil` if it has none, or is none.
  public var contiguousOffset: UInt64? {
    let offset = UInt64(H5Dget_offset(handle.id))
    return offset == ch5_undefined_address() ? nil : offset
  }

  /// The number of bytes that the file holds for this dataset, compressed or not.
  public var storedByteCount: UInt64 { UInt64(H5Dget_storage_size(handle.id)) }

  /// What to say of a dataset with a filter that libhdf5 does not have.
  func missingFilter() -> HDF5Error? {
    guard case .chunked(_, let filters)? = try? storage() else { return nil }
    for case .other(let identifier) in filters where H5Zfilter_avail(H5Z_filter_t(identifier)) <= 0 {
      let filter = HDF5Filter.other(identifier: identifier)
      return location.error(
        .unsupported, .reading("read the dataset"),
        "libhdf5 has no \(filter) and finds no plugin for it; set HDF5_PLUGIN_PATH to its folder"
      )
    }
    return nil
  }

  private func filters(_ creation: hid_t) throws(HDF5Error) -> [HDF5Filter] {
    let count = try location.check(.reading("inspect the dataset"), H5Pget_nfilters(creation))
    var filters: [HDF5Filter] = []
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var valueCount = 1
      var value: UInt32 = 0
      var configuration: UInt32 = 0
      let filter = try location.check(
        .reading("inspect the dataset"),
        H5Pget_filter2(creation, index, &flags, &valueCount, &value, 0, nil, &configuration))
      switch filter {
      case H5Z_FILTER_DEFLATE: filters.append(.deflate(level: Int(value)))
      case H5Z_FILTER_SHUFFLE: filters.append(.shuffle)
      case H5Z_FILTER_FLETCHER32: filters.append(.fletcher32)
      default: filters.append(.other(identifier: Int(filter)))
      }
    }
    return filters
  }
}
