import SignalGraph
import Tensors

/// `Dot`: one axis of each of two inputs is contracted.
struct Dot: LayerKind {
  static let classNames = ["Dot"]

  private let axes: [Int]
  private let isNormalized: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let axes = try config.integers("axes")
    guard axes.count == 1 || axes.count == 2 else { throw config.error("axes", expected: "one or two axes") }
    isNormalized = try config.bool("normalize", default: false)
    self.axes = axes.count == 1 ? [axes[0], axes[0]] : axes
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let inputs = try call.mergeInputs()
    guard inputs.count == 2, let first = inputs[0].index(ofAxis: axes[0]),
      let second = inputs[1].index(ofAxis: axes[1]), first > 0, second > 0
    else { throw call.error("expected two inputs with the axes \(axes)") }
    if let one = inputs[0].dimensions[first], let other = inputs[1].dimensions[second], one != other {
      throw call.mismatch(inputs)
    }
    var (left, right) = (inputs[0].dimensions, inputs[1].dimensions)
    left.remove(at: first)
    right.remove(at: second)
    let result = left + right.dropFirst()
    return [PartialShape(result.count == 1 ? result + [1] : result)]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let inputs = try? call.mergeInputs(), inputs.count == 2,
      let contraction = Contraction(
        inputs[0], inputs[1], axes: (axes[0], axes[1]), isNormalized: isNormalized)
    else { return [.opaque] }
    return [.contraction(contraction)]
  }
}
