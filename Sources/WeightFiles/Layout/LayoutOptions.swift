/// What decides a container's form beside its contents.
package struct LayoutOptions: Sendable {
  /// The last component of the container's name.
  package let fileName: String
  /// The maximum number of bytes of weights in one of several files.
  package let shardByteLimit: Int
  /// Distinguishes the names of the files from those of earlier ones that are replaced with the same index.
  package let generation: Int

  /// As in Keras.
  package static let usualShardByteLimit = 10 << 30

  package init(fileName: String, shardByteLimit: Int = usualShardByteLimit, generation: Int = 0) {
    self.fileName = fileName
    self.shardByteLimit = shardByteLimit
    self.generation = generation
  }
}
