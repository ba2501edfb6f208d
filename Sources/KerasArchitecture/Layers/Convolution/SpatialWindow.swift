import SignalGraph
import Tensors

/// A window that slides over the spatial axes of an input: of a convolution or a pooling layer.
struct SpatialWindow {
  enum Padding: String, CaseIterable {
    case valid, same, causal
    /// At every position where the window overlaps the input: Keras 1 over Theano.
    case full
  }

  let sizes: [Int]
  let strides: [Int]
  let dilations: [Int]
  let padding: Padding
  let dataFormat: DataFormat
  private let layout: KernelLayout
  private let isFlipped: Bool
  /// The rule for the fans of this window's kernels, where that is not the general rule.
  let fans: FanRule?

  var rank: Int { sizes.count }

  /// The number of positions in the window, the receptive field.
  func area(_ call: LayerCall) throws(ArchitectureError) -> Int {
    guard let area = CheckedSize.product(sizes) else {
      throw call.error("the window \(Shape(sizes)) has more positions than can be counted")
    }
    return area
  }

  /// Reads a convolution's window.
  init(convolution config: LayerConfig, rank: Int) throws(ArchitectureError) {
    sizes = try config.sizes("kernel_size", rank: rank)
    strides = try config.sizes("strides", rank: rank, default: 1)
    dilations = try config.sizes("dilation_rate", rank: rank, default: 1)
    let isKeras1 = config.generation.family == .keras1
    let paddings: [Padding] = [.valid, .same] + (isKeras1 ? [.full] : rank == 1 ? [.causal] : [])
    padding = try Self.padding(config, of: paddings)
    dataFormat = try config.dataFormat()
    layout = KernelLayout(config, rank: rank, dataFormat)
    isFlipped = config.generation.flipsKernels ?? false
    // Before 1.2.1 all kernels were read as if their filters came first, which is the dialect's rule.
    fans = isKeras1 && config.generation.isAtLeast(1, 2, 1) ? layout.fanRule(spatialRank: rank) : nil
    if strides.contains(where: { $0 > 1 }), dilations.contains(where: { $0 > 1 }) {
      throw config.place.error("`strides` and `dilation_rate` must not both be above 1")
    }
  }

  /// Reads a pooling layer's window; its strides are its sizes unless they are given.
  init(pooling config: LayerConfig, rank: Int) throws(ArchitectureError) {
    sizes = try config.sizes("pool_size", rank: rank, default: 2)
    strides = config["strides"] == nil ? sizes : try config.sizes("strides", rank: rank)
    dilations = Array(repeating: 1, count: rank)
    padding = try Self.padding(config, of: [.valid, .same])
    dataFormat = try config.dataFormat()
    layout = .filtersLast
    isFlipped = false
    fans = nil
  }

  private static func padding(
    _ config: LayerConfig, of paddings: [Padding]
  ) throws(ArchitectureError) -> Padding {
    let name = try config.choice("padding", default: "valid", of: paddings.map(\.rawValue))
    return Padding(rawValue: name) ?? .valid
  }

  /// The spatial sizes of the output for an input.
  func outputSizes(_ input: PartialShape, _ call: LayerCall) throws(ArchitectureError) -> [Int?] {
    var outputs: [Int?] = []
    for (axis, size) in dataFormat.spatial(input).enumerated() {
      guard let size else {
        outputs.append(nil)
        continue
      }
      let reach = reach(axis)
      let room = padding == .valid ? CheckedSize(size).minus(reach.value) : CheckedSize(size)
      guard reach.value != nil, let room = room.value, room > 0 else {
        let dilated = dilations.allSatisfy { $0 == 1 } ? "" : " with a `dilation_rate` of \(dilations)"
        throw call.error("a window of \(sizes)\(dilated) does not fit into the input's shape \(input)")
      }
      let last = CheckedSize(room).minus(1).plus(padding == .full ? reach.value : 0)
      guard let count = last.divided(by: strides[axis]).plus(1).value else {
        throw call.error("a window of \(sizes) has more positions than can be counted in \(input)")
      }
      outputs.append(count)
    }
    return outputs
  }

  /// How far the window reaches beyond its first position along an axis.
  func reach(_ axis: Int) -> CheckedSize { CheckedSize(sizes[axis]).minus(1).times(dilations[axis]) }

  /// The number of outputs that an input reaches on average, if each position has `units`.
  func outputsPerInput(_ call: LayerCall, _ units: Int) -> Double {
    zip(sizes, strides).reduce(Double(units)) { $0 * Double($1.0) / Double($1.1) }
  }

  /// The window as a signal operation has it; `nil` if it is too large.
  var pooling: PoolingWindow? {
    guard let count = CheckedSize.product(sizes), let stride = CheckedSize.product(strides) else {
      return nil
    }
    return PoolingWindow(count: count, stride: stride)
  }

  /// The share of the windows that lies within the map, on average: the rest is padded with zeros.
  func coverage(_ call: LayerCall) -> Double {
    guard padding == .same, let input = try? input(call) else { return 1 }
    return paddedCoverage(of: input, dilations)
  }

  /// The same of a convolution over the state of a cell, which is padded and not dilated.
  func stateCoverage(of state: PartialShape) -> Double {
    paddedCoverage(of: state, Array(repeating: 1, count: rank))
  }

  private func paddedCoverage(of input: PartialShape, _ dilations: [Int]) -> Double {
    var coverage = 1.0
    for (axis, size) in dataFormat.spatial(input).enumerated() {
      guard let size else { continue }
      // A window reaches `reach` positions beyond its middle, and near either end beyond the map.
      let reach = ((Double(sizes[axis]) - 1) / 2).rounded(.down)
      let lost = reach * (reach + 1) * Double(dilations[axis]) / (Double(sizes[axis]) * Double(size))
      coverage *= max(1 / Double(sizes[axis]), 1 - lost)
    }
    return coverage
  }

  /// How a kernel of this window is stored.
  var kernelForm: KernelForm { KernelForm(layout: layout, flippedRank: isFlipped ? rank : 0) }

  /// How a kernel of this window is stored that runs forwards on all backends.
  var forwardKernelForm: KernelForm { KernelForm(layout: layout) }

  /// The shape of a kernel for these numbers of channels.
  func kernelShape(inputs: Int, outputs: Int) -> [Int] {
    layout.shape(sizes, inputs: inputs, outputs: outputs)
  }

  /// The shape of a kernel of the same layout with a receptive field of one position.
  func pointwiseShape(inputs: Int, outputs: Int) -> [Int] {
    layout.shape(Array(repeating: 1, count: rank), inputs: inputs, outputs: outputs)
  }

  /// The input of a call: batch, spatial axes and channels.
  func input(_ call: LayerCall) throws(ArchitectureError) -> PartialShape { try call.input(rank: rank + 2) }

  /// The number of channels of the input, which must be known.
  func channels(_ call: LayerCall) throws(ArchitectureError) -> Int {
    let input = try input(call)
    return try call.knownSize(input, axis: dataFormat.channelAxis(input))
  }
}
