import SignalGraph
import Tensors

/// `MaxPooling1D` … `AveragePooling3D`: a window moves over the spatial axes.
struct Pooling<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] {
    ["MaxPooling", "AveragePooling", "MaxPool", "AvgPool"].map { "\($0)\(Rank.rank)D" }
  }

  private let window: SpatialWindow
  private let takesMaximum: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    window = try SpatialWindow(pooling: config, rank: Rank.rank)
    takesMaximum = config.className.hasPrefix("Max")
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    let channels = input.dimensions[window.dataFormat.channelAxis(input)]
    let spatial = try window.outputSizes(input, call)
    return [window.dataFormat.shape(batch: input.batch, spatial: spatial, channels: channels)]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    takesMaximum ? [.maxPool(window.pooling)] : [.meanPool(window.pooling)]
  }
}

/// `GlobalMaxPooling1D` … `GlobalAveragePooling3D`: the spatial axes are reduced to one value.
struct GlobalPooling<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] {
    ["GlobalMaxPooling", "GlobalAveragePooling", "GlobalMaxPool", "GlobalAvgPool"]
      .map { "\($0)\(Rank.rank)D" }
  }

  private let dataFormat: DataFormat
  private let keepsDimensions: Bool
  private let takesMaximum: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    dataFormat = try config.dataFormat()
    keepsDimensions = try config.bool("keepdims", default: false)
    takesMaximum = config.className.hasPrefix("GlobalMax")
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(rank: Rank.rank + 2)
    let spatial: [Int?] = keepsDimensions ? Array(repeating: 1, count: Rank.rank) : []
    let channels = input.dimensions[dataFormat.channelAxis(input)]
    return [dataFormat.shape(batch: input.batch, spatial: spatial, channels: channels)]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    let sizes = (try? call.input).map { dataFormat.spatial($0).compactMap { $0 } } ?? []
    let count = sizes.count == Rank.rank ? CheckedSize.product(sizes) : nil
    let window = count.map { PoolingWindow(global: max(1, $0)) }
    return [takesMaximum ? .maxPool(window) : .meanPool(window)]
  }
}

/// `AdaptiveMaxPooling1D` … `AdaptiveAveragePooling3D`: the output has the configured size.
struct AdaptivePooling<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] {
    ["AdaptiveMaxPooling", "AdaptiveAveragePooling"].map { "\($0)\(Rank.rank)D" }
  }

  private let sizes: [Int]
  private let dataFormat: DataFormat

  init(_ config: LayerConfig) throws(ArchitectureError) {
    sizes = try config.sizes("output_size", rank: Rank.rank)
    dataFormat = try config.dataFormat()
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(rank: Rank.rank + 2)
    let channels = input.dimensions[dataFormat.channelAxis(input)]
    return [dataFormat.shape(batch: input.batch, spatial: sizes, channels: channels)]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
