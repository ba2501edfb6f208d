import OrderedJSON
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

  /// TensorFlow 1 takes the corners of pixels, where all others take their middle.
  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    if Rank.rank == 2, form.config["interpolation"] == nil, upgrader.generation.family == .tfKeras {
      upgrader.note(
        .unproved, layer,
        "its file does not say how it interpolates, as TensorFlow 1.14 did not write it: nearest is assumed")
      return
    }
    guard let interpolation = form.config["interpolation"]?.stringValue, interpolation != "nearest",
      !upgrader.generation.isAtLeast(2, 3) || upgrader.generation.family == .multiBackendKeras2
    else { return }
    if upgrader.generation.family == .tfKeras {
      upgrader.note(
        .unproved, layer,
        "its interpolation is \(interpolation), of which TensorFlow 1 computes other values than "
          + "TensorFlow 2, and the file does not say which it was")
    } else {
      upgrader.refuse(
        layer,
        "its interpolation is \(interpolation), of which Keras over several backends computes other values")
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.places] }
}
