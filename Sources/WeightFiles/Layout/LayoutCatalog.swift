/// A file format for weights: a pure function from contents to layout.
///
/// A new format is one type in this folder and its line in `LayoutCatalog`.
package protocol ContainerFormat: SendableMetatype {
  /// The name on the command line.
  static var name: String { get }
  /// Whether a file of that name is meant to be of this format.
  static func matches(_ fileName: String) -> Bool
  /// - Throws: if the format cannot hold the contents.
  static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout
}

/// What decides a container's form beside its contents.
package struct LayoutOptions: Sendable {
  /// The last component of the container's name.
  package let fileName: String
  /// How many bytes of weights one of several files may have.
  package let shardByteLimit: Int

  package init(fileName: String, shardByteLimit: Int = 10 << 30) {
    self.fileName = fileName
    self.shardByteLimit = shardByteLimit
  }
}

package enum LayoutCatalog {
  /// The formats that can be written, the more specific names first.
  package static let all: [any ContainerFormat.Type] = [
    WeightsH5Layout.self,
    LegacyH5Layout.self,
    LegacyWeightsH5Layout.self,
    KerasArchiveLayout.self,
    ShardedLayout.self,
  ]

  package static func format(for fileName: String) -> (any ContainerFormat.Type)? {
    all.first { $0.matches(fileName.lowercased()) }
  }
}

/// Why a format cannot hold a model.
package struct LayoutError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
