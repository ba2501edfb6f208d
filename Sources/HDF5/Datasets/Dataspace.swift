internal import CHDF5

/// Dataspaces, made and read.
enum Dataspace {
  static func make(_ shape: [Int], _ location: Location) throws(HDF5Error) -> Handle {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw location.error(
        .invalidArgument, .writing("create a dataspace for"), "a size must not be negative")
    }
    let id =
      unsafe shape.isEmpty
      ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
    return Handle(try location.check(.writing("create a dataspace for"), id), close: H5Sclose)
  }

  /// The sizes; `nil` for a null dataspace, which has no elements at all.
  static func shape(of space: hid_t, _ location: Location) throws(HDF5Error) -> [Int]? {
    if H5Sget_simple_extent_type(space) == H5S_NULL { return nil }
    let rank = Int(try location.check(.reading("read the shape of"), H5Sget_simple_extent_ndims(space)))
    var sizes = [hsize_t](repeating: 0, count: rank)
    try unsafe location.check(.reading("read the shape of"), H5Sget_simple_extent_dims(space, &sizes, nil))
    var shape: [Int] = []
    for size in sizes {
      guard let size = Int(exactly: size) else {
        throw location.error(
          .unsupported, .reading("read the shape of"), "a size of \(size) is more than can be addressed")
      }
      shape.append(size)
    }
    return shape
  }

  /// The number of elements; fails instead of overflowing.
  static func elementCount(_ shape: [Int], _ location: Location) throws(HDF5Error) -> Int {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else {
        throw location.error(
          .unsupported, .reading("read the shape of"),
          "the shape \(shape) has more elements than can be addressed")
      }
      count = product
    }
    return count
  }
}
