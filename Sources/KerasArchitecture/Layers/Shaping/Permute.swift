import SignalGraph

/// `Permute`: axes are numbered from 1, as the batch axis stays in place.
struct Permute: LayerKind {
  static let classNames = ["Permute"]

  private let axes: [Int]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    axes = try config.integers("dims")
    guard axes.sorted() == Array(1..<(axes.count + 1)) else {
      throw config.error("dims", expected: "the axes from 1 in some order")
    }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(rank: axes.count + 1)
    return [PartialShape([input.batch] + axes.map { input.dimensions[$0] })]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
