internal import CPlatform

/// What a path or a descriptor leads to.
struct FileStatus {
  let isRegularFile: Bool
  let isDirectory: Bool
  /// Whether it is a pipe or a socket.
  let isPipe: Bool
  /// In bytes.
  let size: Int64
  /// The device and the index of the file: no two files that exist have the same.
  let identity: String

  init(_ status: stat) {
    isRegularFile = cp_is_regular_file(status.st_mode) != 0
    isDirectory = cp_is_directory(status.st_mode) != 0
    isPipe = cp_is_stream(status.st_mode) != 0
    size = Int64(status.st_size)
    identity = "\(status.st_dev):\(status.st_ino)"
  }
}
