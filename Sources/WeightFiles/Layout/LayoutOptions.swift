/// What decides a container's form beside its contents.
package struct LayoutOptions: Sendable {
  /// The last component of the container's name.
  package let fileName: String
  /// The maximum number of bytes of weights in one of several files.
  package let shardByteLimit: Int

  package init(fileName: String, shardByteLimit: Int = 10 << 30) {
    self.fileName = fileName
    self.shardByteLimit = shardByteLimit
  }
}
