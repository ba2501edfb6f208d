internal import CHDF5

extension HDF5Dataset {
  /// How the bytes lie in the file.
  public func storage() throws(HDF5Error) -> HDF5Storage {
    let creation = Handle(
      try location.check(.reading("inspect the dataset"), H5Dget_create_plist(handle.id)), close: H5Pclose)
    switch H5Pget_layout(creation.id) {
    case H5D_COMPACT: return .compact
    case H5D_CONTIGUOUS:
      let segments = try externalSegments(creation.id)
      return segments.isEmpty ? .contiguous(offset: contiguousOffset) : .external(segments)
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

  /// Refuses to read values that are not in this file, nor in others that are lent for it.
  func checkIsInFile() throws(HDF5Error) {
    let storage = try storage()
    guard let elsewhere = storage.elsewhere else { return }
    guard isLent(storage) else {
      throw location.error(
        .external, .reading("read the dataset"), elsewhere, otherFiles: storage.otherFiles)
    }
    try checkSources()
  }

  /// Whether all files are lent that the values are in.
  public func isLent(_ storage: HDF5Storage) -> Bool {
    !storage.otherFiles.isEmpty && storage.otherFiles.allSatisfy(location.lent.contains)
  }

  /// How many parts a dataset may have in other files.
  private static let partLimit = 1024

  private func checkPartCount(_ count: Int) throws(HDF5Error) {
    guard count <= Self.partLimit else {
      throw location.error(
        .malformed, .reading("inspect the dataset"),
        "it has \(count) parts in other files; at most \(Self.partLimit) are read")
    }
  }

  private func externalSegments(_ creation: hid_t) throws(HDF5Error) -> [HDF5Storage.Segment] {
    let count = try location.check(.reading("inspect the dataset"), H5Pget_external_count(creation))
    try checkPartCount(Int(count))
    var segments: [HDF5Storage.Segment] = []
    for index in 0..<UInt32(count) {
      var name = [CChar](repeating: 0, count: 4096)
      var offset: off_t = 0
      var size: hsize_t = 0
      try unsafe location.check(
        .reading("inspect the dataset"),
        H5Pget_external(creation, index, name.count - 1, &name, &offset, &size))
      segments.append(
        HDF5Storage.Segment(
          file: String(terminated: name), offset: UInt64(clamping: offset), size: UInt64(size)))
    }
    return segments
  }

  private func virtualCount(_ creation: hid_t) throws(HDF5Error) -> Int {
    var count = 0
    try unsafe location.check(.reading("inspect the dataset"), H5Pget_virtual_count(creation, &count))
    try checkPartCount(count)
    return count
  }

  private func virtualFiles(_ creation: hid_t) throws(HDF5Error) -> [String] {
    var files: [String] = []
    for index in 0..<(try virtualCount(creation)) {
      let file = try unsafe virtualName(creation, index, H5Pget_virtual_filename)
      if !files.contains(file) { files.append(file) }
    }
    return files
  }

  private func virtualName(
    _ creation: hid_t, _ index: Int,
    _ get: (hid_t, Int, UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(HDF5Error) -> String {
    var name = [CChar](repeating: 0, count: 4096)
    try unsafe location.check(.reading("inspect the dataset"), get(creation, index, &name, name.count - 1))
    return String(terminated: name)
  }

  /// Makes sure that each part of a virtual dataset is there: libhdf5 takes the fill value for what is not.
  public func checkSources() throws(HDF5Error) {
    let attempt = Attempt.reading("read the dataset")
    let creation = Handle(try location.check(attempt, H5Dget_create_plist(handle.id)), close: H5Pclose)
    guard H5Pget_layout(creation.id) == H5D_VIRTUAL else { return }
    let file = Handle(try location.check(attempt, H5Iget_file_id(handle.id)), close: H5Fclose)
    let access = Handle(try location.check(attempt, H5Fget_access_plist(file.id)), close: H5Pclose)
    for index in 0..<(try virtualCount(creation.id)) {
      let name = try unsafe virtualName(creation.id, index, H5Pget_virtual_filename)
      let dataset = try unsafe virtualName(creation.id, index, H5Pget_virtual_dsetname)
      // A name with a pattern stands for many files, as many as there are.
      guard !name.contains("%"), !dataset.contains("%") else {
        throw location.error(
          .unsupported, attempt, "it is a virtual dataset of `\(name)`, which is a pattern")
      }
      let source = try unsafe Handle(
        name == "."
          ? location.check(attempt, H5Iget_file_id(handle.id))
          : location.check(attempt, H5Fopen(name, ch5_acc_readonly(), access.id)), close: H5Fclose)
      let part = try HDF5Dataset.open(
        dataset, in: source.id, Location(file: name == "." ? location.file : name, path: nil))
      let space = Handle(
        try location.check(attempt, H5Pget_virtual_srcspace(creation.id, index)), close: H5Sclose)
      guard part.shape == (try Dataspace.shape(of: space.id, location)) else {
        throw location.error(
          .malformed, attempt, "`\(dataset)` in `\(name)` has another shape than this virtual dataset needs")
      }
    }
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
