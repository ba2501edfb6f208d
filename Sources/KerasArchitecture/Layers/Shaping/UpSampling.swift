import SignalGraph
import Tensors

/// `UpSampling1D`, `2D`, `3D`: every position repeated.
struct UpSampling<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] { ["UpSampling\(Rank.rank)D"] }

  private let factors: [Int]
  private let dataFormat: DataFormat

  init(_ config: LayerConfig) throws(ArchitectureError) {
    factors = try config.sizes("size", rank: Rank.rank, default: 2)
    dataFormat = try config.dataFormat()
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try call.resized(dataFormat, rank: Rank.rank) { size, axis in CheckedSize.product([size, factors[axis]]) }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.places] }
}
