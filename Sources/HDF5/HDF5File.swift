internal import CHDF5

/// An open HDF5 file.
public struct HDF5File: ~Copyable {
  /// Settings of a new file.
  public struct CreationOptions: Sendable {
    /// Fails if the file exists; otherwise an existing file is emptied.
    public var isExclusive: Bool
    /// Bytes before the HDF5 signature that are left to others: 0, or a power of two from 512.
    public var userBlockSize: Int

    public init(isExclusive: Bool = false, userBlockSize: Int = 0) {
      self.isExclusive = isExclusive
      self.userBlockSize = userBlockSize
    }
  }

  let handle: Handle
  let location: Location

  /// The root group.
  public func root() throws(HDF5Error) -> HDF5Group { try HDF5Group.open("/", in: handle.id, location) }

  /// Writes everything and closes; a failure here means that data may be lost.
  public consuming func close() throws(HDF5Error) {
    let location = location
    try location.check("close file", handle.closeNow())
  }
}

extension HDF5Session {
  /// Creates a file in the oldest format that holds what is put in, as h5py does.
  public func createFile(
    at path: String, options: HDF5File.CreationOptions = .init()
  ) throws(HDF5Error) -> HDF5File {
    let location = Location(file: path, path: nil)
    let creation = Handle(
      try location.check("create file", H5Pcreate(ch5_file_create())), close: H5Pclose)
    try location.check("set user block", H5Pset_userblock(creation.id, hsize_t(options.userBlockSize)))
    let access = try Self.access(location)
    let flags = options.isExclusive ? ch5_acc_exclusive() : ch5_acc_truncate()
    return HDF5File(
      handle: Handle(
        try location.check("create file", H5Fcreate(path, flags, creation.id, access.id)), close: H5Fclose),
      location: location)
  }

  /// Opens a file to read.
  public func openFile(at path: String) throws(HDF5Error) -> HDF5File {
    let location = Location(file: path, path: nil)
    let access = try Self.access(location)
    return HDF5File(
      handle: Handle(
        try location.check("open file", H5Fopen(path, ch5_acc_readonly(), access.id)), close: H5Fclose),
      location: location)
  }

  /// Closing a file closes what is still open in it, so that no handle can keep it half-open.
  private static func access(_ location: Location) throws(HDF5Error) -> Handle {
    let list = Handle(try location.check("open file", H5Pcreate(ch5_file_access())), close: H5Pclose)
    try location.check("open file", H5Pset_fclose_degree(list.id, H5F_CLOSE_SEMI))
    return list
  }
}
