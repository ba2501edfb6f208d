import OrderedJSON

/// `Lambda`: Python code, which is not run. Its result has the recorded shape, or else the declared one.
struct Lambda: LayerKind {
  static let classNames = ["Lambda"]

  let prefersRecordedShapes = true
  private let shape: PartialShape?
  private let hasUnreadableShape: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let type = config["output_shape_type"]?.stringValue ?? "raw"
    shape = type == "raw" ? PartialShape(json: config["output_shape"]) : nil
    hasUnreadableShape = config["output_shape"] != nil && shape == nil
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    if hasUnreadableShape { return [.unknown] }
    return [shape.map { PartialShape([input.batch] + $0.dimensions) } ?? input]
  }
}
