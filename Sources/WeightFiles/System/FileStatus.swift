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
  /// The number of the file on its device.
  let index: UInt64
  /// Who may read, write and execute it.
  let permissions: mode_t
  /// How many names it has.
  let linkCount: Int
  let owner: uid_t
  let group: gid_t

  init(_ status: stat) {
    isRegularFile = cp_is_regular_file(status.st_mode) != 0
    isDirectory = cp_is_directory(status.st_mode) != 0
    isPipe = cp_is_stream(status.st_mode) != 0
    size = Int64(status.st_size)
    index = UInt64(status.st_ino)
    permissions = status.st_mode & 0o777
    linkCount = Int(status.st_nlink)
    owner = status.st_uid
    group = status.st_gid
    identity = "\(status.st_dev):\(status.st_ino)"
  }
}
