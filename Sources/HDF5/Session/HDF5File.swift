internal import CHDF5
internal import CHDF5View

/// An open HDF5 file.
public struct HDF5File: ~Copyable {
  let handle: Handle
  let location: Location

  /// The root group.
  public func root() throws(HDF5Error) -> HDF5Group { try HDF5Group.open("/", in: handle.id, location) }

  /// Writes everything and closes; a failure here means that data may be lost.
  fileprivate consuming func close() throws(HDF5Error) {
    let location = location
    try location.check(.writing("close the file"), handle.closeNow())
  }
}

extension HDF5Session {
  /// Creates a file in the oldest format that holds what is put in, as h5py does, and closes it after `body`.
  ///
  /// - Parameters:
  ///   - path: where; an existing file is emptied.
  ///   - userBlockSize: the bytes before the HDF5 signature that are left to others: 0, or a power of two
  ///     from 512.
  ///   - body: fills the root group.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws, or why the file cannot be created or closed.
  public func createFile<Value>(
    at path: String, userBlockSize: Int = 0,
    _ body: (borrowing HDF5Group) throws(HDF5Error) -> Value
  ) throws(HDF5Error) -> Value {
    let file = try createFile(at: path, userBlockSize)
    let value = try body(file.root())
    try file.close()
    return value
  }

  private func createFile(
    at path: String, _ userBlockSize: Int
  ) throws(HDF5Error) -> HDF5File {
    let location = Location(file: path, path: nil)
    let creation = Handle(
      try location.check(.writing("create the file"), H5Pcreate(ch5_file_create())), close: H5Pclose)
    try location.check(
      .writing("set the user block of the file"), H5Pset_userblock(creation.id, hsize_t(userBlockSize)))
    let access = try Self.access(location)
    return unsafe HDF5File(
      handle: Handle(
        try location.check(
          .writing("create the file"), H5Fcreate(path, ch5_acc_truncate(), creation.id, access.id)),
        close: ch5v_close_written),
      location: location)
  }

  /// Opens a file to read, and closes it after `body`. No other file is opened, whatever the file says.
  ///
  /// - Parameters:
  ///   - view: where its bytes are.
  ///   - name: what messages call it.
  ///   - body: reads from the root group.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws, or why the file cannot be opened.
  public func readFile<Value: ~Copyable>(
    _ view: HDF5FileView, named name: String,
    _ body: (borrowing HDF5Group) throws(HDF5Error) -> sending Value
  ) throws(HDF5Error) -> sending Value {
    let location = Location(file: name, path: nil, lent: Set(view.lent.map(\.name)))
    defer { if !view.lent.isEmpty { ch5v_take_files_back() } }
    for other in view.lent where unsafe ch5v_lend_file(other.name, other.descriptor, other.size) != 0 {
      throw location.error(.outOfMemory, .reading("open the file"), "no memory")
    }
    let access = Handle(
      try location.check(
        .reading("open the file"), hid_t(ch5v_access(view.descriptor, view.offset, view.size))),
      close: H5Pclose)
    let file = unsafe HDF5File(
      handle: Handle(
        try location.check(
          .reading("open the file"), H5Fopen("wtool-view:", ch5_acc_readonly(), access.id)),
        close: H5Fclose),
      location: location)
    let value = try body(file.root())
    _ = consume file
    return value
  }

  /// Opens a regular file to read by its path; otherwise as by a view.
  public func readFile<Value: ~Copyable>(
    at path: String, _ body: (borrowing HDF5Group) throws(HDF5Error) -> sending Value
  ) throws(HDF5Error) -> sending Value {
    let location = Location(file: path, path: nil)
    var size: UInt64 = 0
    let descriptor = unsafe ch5v_open(path, &size)
    guard descriptor >= 0 else {
      let attempt = Attempt.reading("open the file")
      throw unsafe location.error(
        attempt.kind(errorNumber: -descriptor), attempt, String(cString: ch5v_error_text(-descriptor)))
    }
    defer { _ = ch5v_close(descriptor) }
    return try readFile(HDF5FileView(descriptor: descriptor, size: size), named: path, body)
  }

  /// A file that is closed while something in it is open is an error, not half-open.
  private static func access(_ location: Location) throws(HDF5Error) -> Handle {
    let list = Handle(
      try location.check(.reading("open the file"), H5Pcreate(ch5_file_access())), close: H5Pclose)
    try location.check(.reading("open the file"), H5Pset_fclose_degree(list.id, H5F_CLOSE_SEMI))
    try location.check(.reading("open the file"), ch5_set_oldest_format(list.id))
    // The usual driver looks up the name of the file behind a link, and files that are written have none yet.
    if location.file.hasPrefix("/dev/fd/") {
      try location.check(.reading("open the file"), H5Pset_fapl_stdio(list.id))
    }
    return list
  }
}
