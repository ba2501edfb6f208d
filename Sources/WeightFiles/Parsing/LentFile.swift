/// Another file that one may refer to, open.
struct LentFile: Sendable, Hashable {
  /// As the file that refers to it names it.
  let name: String
  let descriptor: OpenDescriptor
  /// How many bytes it has.
  let size: Int64

  /// All of it.
  var view: FileView { FileView(name: name, descriptor: descriptor, offset: 0, size: size) }
}
