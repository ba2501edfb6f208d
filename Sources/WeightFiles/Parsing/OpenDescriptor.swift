import Synchronization
internal import SystemPackage

/// An open file, closed when nobody holds it any more.
final class OpenDescriptor: Sendable, Hashable {
  /// No two files of a process have the same.
  let identity: Int
  let file: FileDescriptor
  private let owner: Owner

  /// As system calls and C libraries name it.
  var number: Int32 { file.rawValue }

  private enum Owner {
    /// This value, which closes it.
    case this
    /// Another one, which is kept.
    case temporary(TemporaryFile)
    /// The process, to which another one has given it.
    case process
  }

  private static let count = Atomic<Int>(0)

  private init(_ file: FileDescriptor, _ owner: Owner, identity: Int) {
    self.file = file
    self.owner = owner
    self.identity = identity
  }

  private static func newIdentity() -> Int { count.add(1, ordering: .relaxed).newValue }

  /// Takes an open file over.
  convenience init(closing file: FileDescriptor) { self.init(file, .this, identity: Self.newIdentity()) }

  convenience init(_ file: TemporaryFile) {
    self.init(file.descriptor, .temporary(file), identity: Self.newIdentity())
  }

  /// A file that another process has open under an identity.
  convenience init(_ descriptor: Int32, attachedAs identity: Int) {
    self.init(FileDescriptor(rawValue: descriptor), .process, identity: identity)
  }

  deinit { if case .this = owner { try? file.close() } }

  static func == (one: OpenDescriptor, other: OpenDescriptor) -> Bool { one.identity == other.identity }
  func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}
