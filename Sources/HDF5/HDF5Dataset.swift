internal import CHDF5

/// How the bytes of a dataset are arranged.
public enum HDF5Storage: Sendable, Hashable {
  /// Inside the object header.
  case compact
  /// One run of bytes; `offset` counts from the start of the file and is `nil` while nothing is allocated.
  case contiguous(offset: UInt64?)
  /// Blocks of that shape, each through the filters, in the order of writing.
  case chunked(shape: [Int], filters: [HDF5Filter])
  /// In other datasets or files.
  case elsewhere

  /// What a new dataset asks for.
  public enum Request: Sendable, Hashable {
    case compact
    /// Allocated at once, so that its place is known before its bytes are.
    case contiguous
    case chunked(shape: [Int], filters: [HDF5Filter])
  }
}

/// A filter of chunked data.
public enum HDF5Filter: Sendable, Hashable {
  case deflate(level: Int)
  case shuffle
  case fletcher32
  /// Any other filter by its registered number; it can be read if libhdf5 has it or finds its plugin.
  case other(identifier: Int)
}

extension HDF5Filter: CustomStringConvertible {
  /// As listings show it.
  public var description: String {
    switch self {
    case .deflate(let level): "deflate \(level)"
    case .shuffle: "shuffle"
    case .fletcher32: "fletcher32"
    case .other(let identifier): Self.registered[identifier] ?? "filter \(identifier)"
    }
  }

  /// Names from the register of The HDF Group.
  private static let registered = [
    4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle",
    32013: "zfp", 32015: "zstd", 32026: "blosc2",
  ]
}

/// An open dataset.
public struct HDF5Dataset: ~Copyable, HDF5Object {
  let handle: Handle
  let location: Location

  /// The sizes; empty for a scalar, `nil` for a null dataspace.
  public let shape: [Int]?
  public let elementType: HDF5ElementType

  public var path: String { location.path ?? "/" }
  public var _handle: HDF5ObjectHandle { HDF5ObjectHandle(id: handle.id, location: location) }

  private init(
    _ handle: consuming Handle, shape: [Int]?, elementType: HDF5ElementType, _ location: Location
  ) {
    self.handle = handle
    self.shape = shape
    self.elementType = elementType
    self.location = location
  }

  static func open(_ name: String, in parent: hid_t, _ location: Location) throws(HDF5Error) -> HDF5Dataset {
    try location.checkName("open dataset", name)
    let place = location.appending(name)
    let handle = Handle(try place.check("open dataset", H5Dopen2(parent, name, 0)), close: H5Dclose)
    let type = Handle(try place.check("open dataset", H5Dget_type(handle.id)), close: H5Tclose)
    let space = Handle(try place.check("open dataset", H5Dget_space(handle.id)), close: H5Sclose)
    let shape = try Dataspace.shape(of: space.id, place)
    return HDF5Dataset(handle, shape: shape, elementType: HDF5ElementType(of: type.id), place)
  }

  static func create(
    _ name: String, shape: [Int], elementType: HDF5ElementType, storage: HDF5Storage.Request,
    in parent: hid_t, _ location: Location
  ) throws(HDF5Error) -> HDF5Dataset {
    try location.checkName("create dataset", name)
    let place = location.appending(name)
    let type = try elementType.makeDatatype(place)
    let space = try Dataspace.make(shape, place)
    func create(_ creation: hid_t) throws(HDF5Error) -> HDF5Dataset {
      let id = H5Dcreate2(parent, name, type.id, space.id, 0, creation, 0)
      let handle = Handle(try place.check("create dataset", id), close: H5Dclose)
      return HDF5Dataset(handle, shape: shape, elementType: elementType, place)
    }
    if storage == .contiguous { return try create(place.check("create dataset", contiguousCreation)) }
    let creation = Handle(
      try place.check("create dataset", H5Pcreate(ch5_dataset_create())), close: H5Pclose)
    try storage.apply(to: creation.id, place)
    return try create(creation.id)
  }

  /// What creates contiguous datasets: made once and never closed, as a file has hundreds of them. Negative if it cannot be
  /// made.
  private static let contiguousCreation: hid_t = {
    let creation = H5Pcreate(ch5_dataset_create())
    let isReady =
      (try? HDF5Storage.Request.contiguous.apply(to: creation, Location(file: "", path: nil))) != nil
    return isReady ? creation : -1
  }()
}

extension HDF5Storage.Request {
  fileprivate func apply(to creation: hid_t, _ location: Location) throws(HDF5Error) {
    // Modification times would make two runs differ.
    try location.check("create dataset", H5Pset_obj_track_times(creation, false))
    try location.check("create dataset", H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER))
    switch self {
    case .compact:
      try location.check("create dataset", H5Pset_layout(creation, H5D_COMPACT))
    case .contiguous:
      try location.check("create dataset", H5Pset_layout(creation, H5D_CONTIGUOUS))
      try location.check("create dataset", H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY))
    case .chunked(let shape, let filters):
      guard shape.allSatisfy({ $0 > 0 }) else {
        throw location.error("create dataset", "a chunk's sizes must be positive")
      }
      try location.check(
        "create dataset", H5Pset_chunk(creation, Int32(shape.count), shape.map { hsize_t($0) }))
      for filter in filters {
        let status =
          switch filter {
          case .deflate(let level): H5Pset_deflate(creation, UInt32(clamping: level))
          case .shuffle: H5Pset_shuffle(creation)
          case .fletcher32: H5Pset_fletcher32(creation)
          case .other(let identifier): H5Pset_filter(creation, H5Z_filter_t(identifier), 0, 0, nil)
          }
        try location.check("create dataset", status)
      }
    }
  }
}

// MARK: - Storage

extension HDF5Dataset {
  /// How the bytes lie in the file.
  public func storage() throws(HDF5Error) -> HDF5Storage {
    let creation = Handle(
      try location.check("inspect dataset", H5Dget_create_plist(handle.id)), close: H5Pclose)
    switch H5Pget_layout(creation.id) {
    case H5D_COMPACT: return .compact
    case H5D_CONTIGUOUS:
      guard H5Pget_external_count(creation.id) == 0 else { return .elsewhere }
      return .contiguous(offset: contiguousOffset)
    case H5D_CHUNKED:
      var sizes = [hsize_t](repeating: 0, count: shape?.count ?? 0)
      try location.check("inspect dataset", H5Pget_chunk(creation.id, Int32(sizes.count), &sizes))
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
  private func missingFilter() -> HDF5Error? {
    guard case .chunked(_, let filters)? = try? storage() else { return nil }
    for case .other(let identifier) in filters where H5Zfilter_avail(H5Z_filter_t(identifier)) <= 0 {
      let filter = HDF5Filter.other(identifier: identifier)
      return location.error(
        "read dataset",
        "libhdf5 has no \(filter) and finds no plug-in for it; HDF5_PLUGIN_PATH names its folder")
    }
    return nil
  }

  private func filters(_ creation: hid_t) throws(HDF5Error) -> [HDF5Filter] {
    let count = try location.check("inspect dataset", H5Pget_nfilters(creation))
    var filters: [HDF5Filter] = []
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var valueCount = 1
      var value: UInt32 = 0
      var configuration: UInt32 = 0
      let filter = try location.check(
        "inspect dataset",
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

// MARK: - Data

/// A box of elements: for each dimension, the first index and how many.
public struct HDF5Selection: Sendable, Hashable {
  public let start: [Int]
  public let count: [Int]

  public init(start: [Int], count: [Int]) {
    self.start = start
    self.count = count
  }
}

extension HDF5Dataset {
  /// Reads elements in row-major order, converted to `Scalar`.
  ///
  /// - Parameters:
  ///   - scalar: what to convert to; libhdf5 converts between numbers of any width and byte order.
  ///   - selection: which; all by default.
  /// - Returns: as many numbers as are selected.
  /// - Throws: if the selection is not inside the dataset, or libhdf5 cannot read or convert it.
  public func read<Scalar: HDF5Scalar>(
    as scalar: Scalar.Type = Scalar.self, _ selection: HDF5Selection? = nil
  ) throws(HDF5Error) -> [Scalar] {
    let count = try elementCount(selection)
    var values = [Scalar](repeating: Scalar(), count: count)
    var failure: HDF5Error?
    values.withUnsafeMutableBytes { buffer in
      do throws(HDF5Error) {
        try transfer("read dataset", Scalar.elementType.native, selection) { memory, space, file in
          H5Dread(handle.id, memory, space, file, 0, buffer.baseAddress)
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }

  /// Reads elements in row-major order, bit for bit as they are stored but in the byte order of the machine.
  public func readBytes(_ selection: HDF5Selection? = nil) throws(HDF5Error) -> [UInt8] {
    let (size, overflow) = try elementCount(selection).multipliedReportingOverflow(by: elementType.byteCount)
    guard !overflow else { throw location.error("read dataset", "more bytes than can be addressed") }
    var bytes = [UInt8](repeating: 0, count: size)
    var failure: HDF5Error?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(HDF5Error) {
        try transfer("read dataset", elementType.native, selection) { memory, space, file in
          H5Dread(handle.id, memory, space, file, 0, buffer.baseAddress)
        }
      } catch { failure = error }
    }
    if let failure { throw missingFilter() ?? failure }
    return bytes
  }

  /// Writes elements in row-major order in the byte order of the machine.
  ///
  /// - Parameters:
  ///   - bytes: the elements, of the dataset's own type.
  ///   - selection: which; all by default.
  /// - Throws: if there are not as many bytes as are selected, or libhdf5 cannot write them.
  public func writeBytes(
    _ bytes: RawSpan, _ selection: HDF5Selection? = nil
  ) throws(HDF5Error) {
    let count = try elementCount(selection)
    guard bytes.byteCount == count * elementType.byteCount else {
      throw location.error(
        "write dataset",
        "\(bytes.byteCount) bytes given for \(count) elements of \(elementType.byteCount) bytes")
    }
    try transfer("write dataset", elementType.native, selection) { memory, space, file in
      bytes.withUnsafeBytes { H5Dwrite(handle.id, memory, space, file, 0, $0.baseAddress) }
    }
  }

  /// Writes elements in row-major order, converted to the dataset's type.
  public func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], _ selection: HDF5Selection? = nil
  ) throws(HDF5Error) {
    let count = try elementCount(selection)
    guard values.count == count else {
      throw location.error("write dataset", "\(values.count) values given for \(count) elements")
    }
    try transfer("write dataset", Scalar.elementType.native, selection) { memory, space, file in
      values.withUnsafeBytes { H5Dwrite(handle.id, memory, space, file, 0, $0.baseAddress) }
    }
  }

  private func elementCount(_ selection: HDF5Selection?) throws(HDF5Error) -> Int {
    guard let shape else { return 0 }
    guard let selection else { return try Dataspace.elementCount(shape, location) }
    guard selection.start.count == shape.count, selection.count.count == shape.count else {
      throw location.error("select", "a selection of rank \(selection.start.count) in \(shape)")
    }
    for ((start, count), size) in zip(zip(selection.start, selection.count), shape) {
      guard start >= 0, count >= 0, start <= size, count <= size - start else {
        throw location.error("select", "\(selection.start) + \(selection.count) is not inside \(shape)")
      }
    }
    return try Dataspace.elementCount(selection.count, location)
  }

  /// Calls `body` with the memory type, the memory dataspace and the file dataspace of a transfer.
  private func transfer(
    _ operation: String, _ memoryType: HDF5ElementType, _ selection: HDF5Selection?,
    _ body: (hid_t, hid_t, hid_t) -> herr_t
  ) throws(HDF5Error) {
    guard let shape else { return }
    let memory = try memoryType.makeDatatype(location)
    guard let selection, !shape.isEmpty else {
      try location.check(operation, body(memory.id, 0, 0))
      return
    }
    let space = try Dataspace.make(selection.count, location)
    let file = Handle(try location.check(operation, H5Dget_space(handle.id)), close: H5Sclose)
    try location.check(
      operation,
      H5Sselect_hyperslab(
        file.id, H5S_SELECT_SET, selection.start.map { hsize_t($0) }, nil,
        selection.count.map { hsize_t($0) }, nil))
    try location.check(operation, body(memory.id, space.id, file.id))
  }
}
