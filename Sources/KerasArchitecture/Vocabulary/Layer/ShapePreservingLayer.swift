/// A layer that returns what it is given, shape for shape.
protocol ShapePreservingLayer: LayerKind {}

extension ShapePreservingLayer {
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }
}
