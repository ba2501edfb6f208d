import OrderedJSON
import SignalGraph
import Tensors

/// `ZeroPadding1D`, `2D`, `3D`: zeros are added around the spatial axes.
struct ZeroPadding<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] { ["ZeroPadding\(Rank.rank)D"] }

  private let margins: [(Int, Int)]
  private let dataFormat: DataFormat

  init(_ config: LayerConfig) throws(ArchitectureError) {
    margins = try config.margins("padding", rank: Rank.rank)
    dataFormat = try config.dataFormat()
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try call.resized(dataFormat, rank: Rank.rank) { size, axis in
      CheckedSize.sum([size, margins[axis].0, margins[axis].1])
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.places] }
}

/// `Cropping1D`, `2D`, `3D`: the ends of the spatial axes are removed.
struct Cropping<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] { ["Cropping\(Rank.rank)D"] }

  private let margins: [(Int, Int)]
  private let dataFormat: DataFormat

  init(_ config: LayerConfig) throws(ArchitectureError) {
    margins = try config.margins("cropping", rank: Rank.rank)
    dataFormat = try config.dataFormat()
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try call.resized(dataFormat, rank: Rank.rank) { size, axis in
      CheckedSize(size).minus(margins[axis].0).minus(margins[axis].1).value
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.places] }
}

extension LayerConfig {
  /// The numbers of positions added or removed before and after each spatial axis: one number, one for each
  /// axis, or a pair for each.
  func margins(_ key: String, rank: Int) throws(ArchitectureError) -> [(Int, Int)] {
    let failure = error(
      key, expected: rank == 1 ? "an integer, or 2 of them" : "an integer, \(rank) of them, or \(rank) pairs")
    guard let field = self[key] else { return Array(repeating: (1, 1), count: rank) }
    if let one = field.wholeNumber {
      guard one >= 0 else { throw failure }
      return Array(repeating: (one, one), count: rank)
    }
    // A list of two integers is a pair for a single axis, and one number an axis otherwise.
    var elements = field.arrayValue ?? []
    if rank == 1, elements.count == 2 { elements = [field] }
    guard elements.count == rank else { throw failure }
    var margins: [(Int, Int)] = []
    for element in elements {
      let pair = element.arrayValue ?? [element, element]
      guard pair.count == 2, let before = pair[0].wholeNumber, let after = pair[1].wholeNumber,
        before >= 0, after >= 0
      else { throw failure }
      margins.append((before, after))
    }
    return margins
  }
}
