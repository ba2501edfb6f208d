internal import CHDF5

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
    try checkIsInFile()
    let count = try elementCount(selection)
    var values = [Scalar](repeating: Scalar(), count: count)
    var failure: HDF5Error?
    unsafe values.withUnsafeMutableBytes { buffer in
      do throws(HDF5Error) {
        try transfer(.reading("read the dataset"), Scalar.elementType.native, selection) {
          memory, space, file in
          unsafe H5Dread(handle.id, memory, space, file, 0, buffer.baseAddress)
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }

  /// Reads elements in row-major order, bit for bit as they are stored but in the byte order of the machine.
  public func readBytes(_ selection: HDF5Selection? = nil) throws(HDF5Error) -> [UInt8] {
    try checkIsInFile()
    let (size, overflow) = try elementCount(selection).multipliedReportingOverflow(by: elementType.byteCount)
    guard !overflow else {
      throw location.error(
        .unsupported, .reading("read the dataset"), "it has more bytes than can be addressed")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var failure: HDF5Error?
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(HDF5Error) {
        try transfer(.reading("read the dataset"), elementType.native, selection) { memory, space, file in
          unsafe H5Dread(handle.id, memory, space, file, 0, buffer.baseAddress)
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
        .invalidArgument, .writing("write the dataset"),
        "\(bytes.byteCount) bytes given for \(count) elements of \(elementType.byteCount) bytes")
    }
    try transfer(.writing("write the dataset"), elementType.native, selection) { memory, space, file in
      unsafe bytes.withUnsafeBytes { unsafe H5Dwrite(handle.id, memory, space, file, 0, $0.baseAddress) }
    }
  }

  /// Writes elements in row-major order, converted to the dataset's type.
  public func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], _ selection: HDF5Selection? = nil
  ) throws(HDF5Error) {
    let count = try elementCount(selection)
    guard values.count == count else {
      throw location.error(
        .invalidArgument, .writing("write the dataset"), "\(values.count) values given for \(count) elements")
    }
    try transfer(.writing("write the dataset"), Scalar.elementType.native, selection) { memory, space, file in
      unsafe values.withUnsafeBytes { unsafe H5Dwrite(handle.id, memory, space, file, 0, $0.baseAddress) }
    }
  }

  private func elementCount(_ selection: HDF5Selection?) throws(HDF5Error) -> Int {
    guard let shape else { return 0 }
    guard let selection else { return try Dataspace.elementCount(shape, location) }
    guard selection.start.count == shape.count, selection.count.count == shape.count else {
      throw location.error(
        .invalidArgument, .reading("select elements of the dataset"),
        "the selection has \(selection.start.count) axes; the shape is \(shape)")
    }
    for ((start, count), size) in zip(zip(selection.start, selection.count), shape) {
      guard start >= 0, count >= 0, start <= size, count <= size - start else {
        throw location.error(
          .invalidArgument, .reading("select elements of the dataset"),
          "\(selection.start) + \(selection.count) is not inside \(shape)")
      }
    }
    return try Dataspace.elementCount(selection.count, location)
  }

  /// Calls `body` with the memory type, the memory dataspace and the file dataspace of a transfer.
  private func transfer(
    _ attempt: Attempt, _ memoryType: HDF5ElementType, _ selection: HDF5Selection?,
    _ body: (hid_t, hid_t, hid_t) -> herr_t
  ) throws(HDF5Error) {
    guard let shape else { return }
    let memory = try memoryType.makeDatatype(location)
    guard let selection, !shape.isEmpty else {
      try location.check(attempt, body(memory.id, 0, 0))
      return
    }
    let space = try Dataspace.make(selection.count, location)
    let file = Handle(try location.check(attempt, H5Dget_space(handle.id)), close: H5Sclose)
    try unsafe location.check(
      attempt,
      H5Sselect_hyperslab(
        file.id, H5S_SELECT_SET, selection.start.map { hsize_t($0) }, nil,
        selection.count.map { hsize_t($0) }, nil))
    try location.check(attempt, body(memory.id, space.id, file.id))
  }
}
