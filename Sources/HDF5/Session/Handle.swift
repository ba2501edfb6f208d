internal import CHDF5

/// An identifier of libhdf5 that is closed exactly once.
///
/// An invalid identifier never gets here: `Location.check` stops it first.
struct Handle: ~Copyable {
  let id: hid_t
  private let close: @convention(c) (hid_t) -> herr_t

  init(_ id: hid_t, close: @escaping @convention(c) (hid_t) -> herr_t) {
    self.id = id
    self.close = close
  }

  /// Closes now; a negative result means that data may be lost.
  consuming func closeNow() -> herr_t {
    let result = close(id)
    discard self
    return result
  }

  deinit { _ = close(id) }
}
