internal import CHDF5

/// What can carry attributes: a group or a dataset.
public protocol HDF5Object: ~Copyable {
  /// The path in the file, for messages.
  var path: String { get }
  var _handle: HDF5ObjectHandle { get }
}

extension HDF5Object where Self: ~Copyable {
  /// An error about this object, whose file breaks rules that libhdf5 does not know.
  ///
  /// - Parameters:
  ///   - operation: what was attempted, as an infinitive without `to` that the object follows: `open the
  ///     dataset`.
  ///   - reason: what is wrong.
  /// - Returns: the error, which names the object and its file.
  public func failure(_ operation: String, _ reason: String) -> HDF5Error {
    _handle.location.error(.malformed, .reading(operation), reason)
  }
}

/// The identifier behind an object, borrowed; opaque outside this library.
public struct HDF5ObjectHandle {
  let id: hid_t
  let location: Location
}
