internal import CHDF5

extension HDF5Dataset {
  /// How the bytes lie in the file.
  public func storage() throws(HDF5Error) -> HDF5Storage {
    let creation = Handle(
      try location.check(.reading("inspect the dataset"), H5Dget_create_plist(handle.id)), close: H5Pclose)
    switch H5Pget_layout(creation.id) {
    case H5D_COMPACT: return .compact
    case H5D_CONTIGUOUS:
      let files = try externalFiles(creation.id)
      return files.isEmpty ? .contiguous(offset: contiguousOffset) : .external(files: files)
    case H5D_CHUNKED:
      var sizes = [hsize_t](repeating: 0, count: shape?.count ?? 0)
      try unsafe location.check(
        .reading("inspect the dataset"), H5Pget_chunk(creation.id, Int32(sizes.count), &sizes))
      return .chunked(shape: sizes.map { Int(clamping: $0) }, filters: try filters(creation.id))
    case H5D_VIRTUAL: return .virtual(files: try virtualFiles(creation.id))
    default:
      throw location.error(
        .malformed, .reading("inspect the dataset"), "its bytes are arranged in a way that HDF5 does not know"
      )
    }
  }

  /// Refuses to read values that are not in this file.
  func checkIsInFile() throws(HDF5Error) {
    guard let elsewhere = try storage().elsewhere else { return }
    throw location.error(.external, .reading("read the dataset"), elsewhere)
  }

  private func externalFiles(_ creation: hid_t) throws(HDF5Error) -> [String] {
    let count = try location.check(.reading("inspect the dataset"), H5Pget_external_count(creation))
    var files: [String] = []
    // One of them tells enough, and a file may claim any number.
    for index in 0..<UInt32(min(count, 16)) {
      var name = [CChar](repeating: 0, count: 4096)
      var offset: off_t = 0
      var size: hsize_t = 0
      try unsafe location.check(
        .reading("inspect the dataset"),
        H5Pget_external(creation, index, name.count - 1, &name, &offset, &size))
      files.append(String(terminated: name))
    }
    return files
  }

  private func virtualFiles(_ creation: hid_t) throws(HDF5Error) -> [String] {
    var count = 0
    try unsafe location.check(.reading("inspect the dataset"), H5Pget_virtual_count(creation, &count))
    var files: [String] = []
    for index in 0..<min(count, 16) {
      var name = [CChar](repeating: 0, count: 4096)
      try unsafe location.check(
        .reading("inspect the dataset"),
        H5Pget_virtual_filename(creation, index, &name, name.count - 1))
      files.append(String(terminated: name))
    }
    return files
  }

  /// Where the bytes of a contiguous dataset begin in the file; `nil` if it has none, or is none.
  public var contiguousOffset: UInt64? {
    let offset = UInt64(H5Dget_offset(handle.id))
    return offset == ch5_undefined_address() ? nil : offset
  }

  /// The number of bytes that the file holds for this dataset, compressed or not.
  public var storedByteCount: UInt64 { UInt64(H5Dget_storage_size(handle.id)) }

  /// How many chunks the file holds of a chunked dataset.
  public func storedChunkCount() throws(HDF5Error) -> Int {
    let space = Handle(
      try location.check(.reading("inspect the dataset"), H5Dget_space(handle.id)), close: H5Sclose)
    var count: hsize_t = 0
    try unsafe location.check(.reading("inspect the dataset"), H5Dget_num_chunks(handle.id, space.id, &count))
    return Int(clamping: count)
  }

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
      let filter = try unsafe location.check(
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
