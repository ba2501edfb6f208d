import OrderedJSON
import SignalGraph
import Tensors

/// `Flatten`: all axes but the batch become one.
struct Flatten: LayerKind {
  static let classNames = ["Flatten"]

  private let dataFormat: DataFormat

  init(_ config: LayerConfig) throws(ArchitectureError) { dataFormat = try config.dataFormat() }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    let sizes = input.dimensions.dropFirst().compactMap { $0 }
    guard sizes.count == max(0, input.rank - 1) else { return [[input.batch, nil]] }
    guard let size = CheckedSize.product(sizes) else { throw call.error("the flattened input is too large") }
    return [[input.batch, size]]
  }

  /// The units are the channels, which Keras moves to the end first if the data format has them first.
  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let input = try? call.input, input.rank > 1 else { return [.passThrough] }
    return [.flatten(units: input.dimensions[dataFormat.channelAxis(input)], rows: rows(of: input))]
  }

  /// The sizes of the axes that are laid side by side, in their order.
  private func rows(of input: PartialShape) -> [Int]? {
    let sizes =
      dataFormat == .channelsFirst
      ? dataFormat.spatial(input) + [input.dimensions[1]] : Array(input.dimensions.dropFirst())
    let known = sizes.compactMap(\.self)
    return known.count == sizes.count ? known : nil
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    // Keras 1 flattens what is there, wherever the channels are.
    if layer.config.generation.family == .keras1 { form.config["data_format"] = "channels_last" }
  }
}
