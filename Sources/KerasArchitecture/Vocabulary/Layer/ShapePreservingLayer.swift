/// A layer whose output has the shape of its input.
protocol ShapePreservingLayer: LayerKind {}

extension ShapePreservingLayer {
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }
}
