import SignalGraph
import Tensors

/// `Concatenate` along one axis.
struct Concatenate: LayerKind {
  static let classNames = ["Concatenate"]

  private let axis: Int

  init(_ config: LayerConfig) throws(ArchitectureError) { axis = try config.integer("axis", default: -1) }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let inputs = try call.mergeInputs()
    var result = inputs[0]
    guard let axis = result.index(ofAxis: axis) else {
      throw call.error("there is no axis \(self.axis) in the input's shape \(result)")
    }
    for input in inputs.dropFirst() {
      guard input.rank == result.rank else { throw call.mismatch(inputs) }
      for index in result.dimensions.indices where index != axis {
        guard let ours = result.dimensions[index] else {
          result.dimensions[index] = input.dimensions[index]
          continue
        }
        guard input.dimensions[index] == nil || input.dimensions[index] == ours else {
          throw call.mismatch(inputs)
        }
      }
    }
    let sizes = inputs.compactMap { $0.dimensions[axis] }
    let total = CheckedSize.sum(sizes)
    guard total != nil else { throw call.error("the concatenated inputs are too large") }
    result.dimensions[axis] = sizes.count == inputs.count ? total : nil
    return [result]
  }

  func joinsFeatures(of layer: Layer) -> Bool {
    guard let rank = layer.firstOutput?.rank else { return true }
    return rank > 2 && layer.firstOutput?.index(ofAxis: axis) != 1
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    let inputs = (try? call.mergeInputs()) ?? []
    let sizes = inputs.compactMap { input in input.index(ofAxis: axis).flatMap { input.dimensions[$0] } }
    return [.concatenate(sizes: sizes.count == inputs.count ? sizes : [])]
  }
}
