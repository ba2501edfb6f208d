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

  /// The name of the file that holds it: not the one that was opened, if an external link led here.
  public var fileName: String? {
    let length = H5Fget_name(_handle.id, nil, 0)
    guard length > 0 else { return nil }
    var bytes = [CChar](repeating: 0, count: length + 1)
    guard H5Fget_name(_handle.id, &bytes, bytes.count) == length else { return nil }
    return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The identifier behind an object, borrowed; opaque outside this library.
public struct HDF5ObjectHandle {
  let id: hid_t
  let location: Location
}
