package import WeightFiles

/// What differs between the files that layers keep in two archives beside their weights.
package struct AssetDifference: Sendable {
  package enum Kind: String, Sendable, Hashable {
    case changed
    case onlyInFirst = "only_in_a"
    case onlyInSecond = "only_in_b"
  }

  /// By the names of members: `assets/layers/string_lookup/vocabulary.txt`.
  package let entries: [(name: String, kind: Kind)]

  /// Compares the assets of two files; other containers than archives cannot have any.
  ///
  /// - Throws: if an asset cannot be read.
  package init(_ first: WeightCatalog, _ second: WeightCatalog) throws(WeightFileError) {
    guard first.container == .archive, second.container == .archive else {
      entries = []
      return
    }
    let names = Set(first.assets.map(\.name)).union(second.assets.map(\.name))
    let one = try Self.bytes(first)
    let other = try Self.bytes(second)
    entries = names.sorted().compactMap { name in
      switch (one[name], other[name]) {
      case (let a?, let b?): a == b ? nil : (name, .changed)
      case (nil, _): (name, .onlyInSecond)
      case (_, nil): (name, .onlyInFirst)
      }
    }
  }

  private static func bytes(_ catalog: WeightCatalog) throws(WeightFileError) -> [String: [UInt8]] {
    Dictionary(try catalog.members(catalog.assets).map { ($0.name, $0.bytes) }) { first, _ in first }
  }
}
