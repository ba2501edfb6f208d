import SignalGraph

/// `Permute`: axes count from 1, the batch's stays.
struct Permute: LayerKind {
  static let classNames = ["Permute"]

  private let axes: [Int]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    axes = try config.integers("dims")
    guard axes.sorted() == Array(1..<(axes.count + 1)) else {
      throw config.error("dims", expected: "the numbers from 1 in some order")
    }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(rank: axes.count + 1)
    return [PartialShape([input.batch] + axes.map { input.dimensions[$0] })]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
