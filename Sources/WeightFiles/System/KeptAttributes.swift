internal import CPlatform
internal import SystemPackage

/// What a file that is replaced has beside its bytes, and its successor is to have too: owner, group,
/// permissions, access control list and the users' attributes.
struct KeptAttributes {
  private let path: String
  private let status: FileStatus

  /// - Parameter path: the file that is about to be replaced; `nil` is the result if there is none.
  /// - Throws: if the system does not tell.
  init?(of path: String) throws(Errno) {
    guard let status = try POSIX.status(path) else { return nil }
    self.path = path
    self.status = status
  }

  /// Gives them to another file, as far as the system permits.
  ///
  /// - Returns: what differs, a clause each.
  /// - Throws: if the system does not tell what the other one has.
  func apply(to descriptor: FileDescriptor) throws(Errno) -> [String] {
    var differences: [String] = []
    let number = descriptor.rawValue
    let own = try POSIX.status(descriptor)
    var hasGroup = true
    if own.group != status.group {
      do throws(Errno) { try POSIX.retrying { fchown(number, uid_t.max, status.group) } } catch {
        hasGroup = false
        differences.append("group \(own.group) instead of \(status.group): \(error)")
      }
    }
    if own.owner != status.owner {
      do throws(Errno) { try POSIX.retrying { fchown(number, status.owner, gid_t.max) } } catch {
        differences.append("owner \(own.owner) instead of \(status.owner): \(error)")
      }
    }
    let error = unsafe cp_copy_attributes(path, number)
    if error != 0 {
      differences.append("access control list or attributes were not copied: \(Errno(rawValue: error))")
    }
    var permissions = status.permissions
    // Another group must not get what this one had.
    if !hasGroup { permissions &= ~0o070 | ((permissions & 0o007) << 3) }
    do throws(Errno) { try POSIX.retrying { fchmod(number, permissions) } } catch {
      let octal = String(status.permissions, radix: 8)
      differences.append("permissions \(String(own.permissions, radix: 8)) instead of \(octal): \(error)")
    }
    return differences
  }
}
