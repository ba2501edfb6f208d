internal import CHDF5

/// An open group.
public struct HDF5Group: ~Copyable, HDF5Object {
  let handle: Handle
  let location: Location

  public var path: String { location.path ?? "/" }
  public var _handle: HDF5ObjectHandle { HDF5ObjectHandle(id: handle.id, location: location) }

  private init(_ handle: consuming Handle, _ location: Location) {
    self.handle = handle
    self.location = location
  }

  static func open(_ name: String, in parent: hid_t, _ location: Location) throws(HDF5Error) -> HDF5Group {
    try location.checkName(.reading("open the group"), name)
    let place = location.appending(name)
    let id = try unsafe place.check(.reading("open the group"), H5Gopen2(parent, name, 0))
    return HDF5Group(Handle(id, close: H5Gclose), place)
  }

  /// Creates a group directly below this one.
  public func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    try location.checkName(.writing("create the group"), name)
    let place = location.appending(name)
    let creation = try place.check(.writing("create the group"), Self.creation)
    let id = try unsafe place.check(.writing("create the group"), H5Gcreate2(handle.id, name, 0, creation, 0))
    return HDF5Group(Handle(id, close: H5Gclose), place)
  }

  /// What creates groups: made once and never closed, as a file has hundreds of them. Negative if it cannot
  /// be made.
  private static let creation: hid_t = {
    let creation = H5Pcreate(ch5_group_create())
    // Modification times would make two runs differ.
    return H5Pset_obj_track_times(creation, false) < 0 ? -1 : creation
  }()

  /// Opens a group by a path relative to this one.
  public func openGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    try HDF5Group.open(name, in: handle.id, location)
  }

  /// Creates a dataset directly below this group. Its elements are undefined until they are written.
  ///
  /// - Parameters:
  ///   - name: the last component of its path.
  ///   - shape: empty for a scalar.
  ///   - elementType: how the elements lie in the file.
  ///   - storage: how their bytes are arranged.
  /// - Returns: the dataset, open.
  /// - Throws: if the name is taken or libhdf5 cannot create it.
  public func createDataset(
    _ name: String, shape: [Int], elementType: HDF5ElementType, storage: HDF5Storage.Request = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    try HDF5Dataset.create(
      name, shape: shape, elementType: elementType, storage: storage, in: handle.id, location)
  }

  /// Opens a dataset by a path relative to this group.
  public func openDataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    try HDF5Dataset.open(name, in: handle.id, location)
  }
}
