import SignalGraph

/// `RepeatVector`: a vector becomes a sequence of copies.
struct RepeatVector: LayerKind {
  static let classNames = ["RepeatVector"]

  private let count: Int

  init(_ config: LayerConfig) throws(ArchitectureError) { count = try config.positive("n") }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(rank: 2)
    return [[input.batch, count, input.last]]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
