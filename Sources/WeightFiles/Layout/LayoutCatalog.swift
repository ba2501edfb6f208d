/// The container formats that can be written.
package enum LayoutCatalog {
  /// The formats that can be written, the more specific names first.
  package static let all: [any ContainerFormat.Type] = [
    WeightsH5Layout.self,
    LegacyH5Layout.self,
    LegacyWeightsH5Layout.self,
    KerasArchiveLayout.self,
    ShardedLayout.self,
  ]

  /// The format of a file of that name; `nil` if there is none.
  package static func format(for fileName: String) -> (any ContainerFormat.Type)? {
    all.first { $0.matches(fileName.lowercased()) }
  }
}
