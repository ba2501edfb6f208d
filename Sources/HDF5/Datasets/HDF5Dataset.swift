internal import CHDF5

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
    try location.checkName(.reading("open the dataset"), name)
    let place = location.appending(name)
    let handle = unsafe Handle(
      try place.check(.reading("open the dataset"), H5Dopen2(parent, name, 0)), close: H5Dclose)
    let type = Handle(try place.check(.reading("open the dataset"), H5Dget_type(handle.id)), close: H5Tclose)
    let space = Handle(
      try place.check(.reading("open the dataset"), H5Dget_space(handle.id)), close: H5Sclose)
    let shape = try Dataspace.shape(of: space.id, place)
    return HDF5Dataset(handle, shape: shape, elementType: HDF5ElementType(of: type.id), place)
  }

  static func create(
    _ name: String, shape: [Int], elementType: HDF5ElementType, storage: HDF5Storage.Request,
    in parent: hid_t, _ location: Location
  ) throws(HDF5Error) -> HDF5Dataset {
    try location.checkName(.writing("create the dataset"), name)
    let place = location.appending(name)
    let type = try elementType.makeDatatype(place)
    let space = try Dataspace.make(shape, place)
    func create(_ creation: hid_t) throws(HDF5Error) -> HDF5Dataset {
      let id = unsafe H5Dcreate2(parent, name, type.id, space.id, 0, creation, 0)
      let handle = Handle(try place.check(.writing("create the dataset"), id), close: H5Dclose)
      return HDF5Dataset(handle, shape: shape, elementType: elementType, place)
    }
    if storage == .contiguous {
      return try create(place.check(.writing("create the dataset"), contiguousCreation))
    }
    let creation = Handle(
      try place.check(.writing("create the dataset"), H5Pcreate(ch5_dataset_create())), close: H5Pclose)
    try storage.apply(to: creation.id, place)
    return try create(creation.id)
  }

  /// What creates contiguous datasets: made once and never closed, as a file has hundreds of them. Negative
  /// if it cannot be made.
  private static let contiguousCreation: hid_t = {
    let creation = H5Pcreate(ch5_dataset_create())
    let isReady =
      (try? HDF5Storage.Request.contiguous.apply(to: creation, Location(file: "", path: nil))) != nil
    return isReady ? creation : -1
  }()
}
