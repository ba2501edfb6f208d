internal import CHDF5
internal import CHDF5View
import Synchronization

/// The right to call libhdf5, held by one thread at a time.
///
/// libhdf5 need not be thread-safe. Files are opened only through a session, everything else through a file,
/// and neither can leave the closure: they are noncopyable and not `Sendable`, while the closure's value must
/// be. So no call can be made without the lock, and a handle that is destroyed never has to take it.
public struct HDF5Session: ~Copyable {
  private static let lock = Mutex<Void>(())

  /// libhdf5 would close everything once more when the process ends, and crashes if a file cannot be closed.
  private static let hasNoExitHandler: Bool = H5dont_atexit() >= 0

  private init() {
    _ = Self.hasNoExitHandler
    H5open()
    // The error printer is a setting of each thread, and a session may run on any.
    _ = ch5_silence_errors()
  }

  /// Makes libhdf5 ready before the first session, for a process that copies itself, and registers the
  /// filters that are plug-ins in the folders of `plugins`, separated by colons.
  public static func prepare(plugins: String? = nil) {
    run { (_: borrowing HDF5Session) in
      if let plugins { _ = unsafe ch5v_register_plugins(plugins) }
    }
  }

  /// Runs `body` with the only session of the process. Sessions must not be nested.
  public static func run<Value: Sendable & ~Copyable, Failure: Error>(
    _ body: (borrowing HDF5Session) throws(Failure) -> sending Value
  ) throws(Failure) -> sending Value {
    try lock.withLock { _ throws(Failure) in try body(HDF5Session()) }
  }
}
