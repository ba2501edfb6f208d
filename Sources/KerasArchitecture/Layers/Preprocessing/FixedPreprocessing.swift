/// Preprocessing layers without random numbers that keep the shape.
struct FixedPreprocessing: ShapePreservingLayer {
  static let classNames = [
    "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "Equalization", "MaxNumBoundingBoxes",
  ]

  init(_ config: LayerConfig) throws(ArchitectureError) {}
}
