/// Preprocessing layers that neither draw nor change the shape.
struct Preprocessing: ShapePreservingLayer {
  static let classNames = [
    "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "Equalization", "MaxNumBoundingBoxes",
  ]

  init(_ config: LayerConfig) throws(ArchitectureError) {}
}
