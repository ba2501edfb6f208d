import OrderedJSON
import Tensors

/// `SpectralNormalization`: a layer whose kernel is divided by its largest singular value; it counts the
/// kernel as its own too, and keeps a vector that approximates the singular one.
struct SpectralNormalization: WrappingLayer {
  static let classNames = ["SpectralNormalization"]

  let layer: Layer

  init(_ config: LayerConfig) throws(ArchitectureError) { layer = try config.layer("layer") }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try layer.build(call.forwarded(to: layer, try call.input))
    guard let kernel = layer.ownWeight("kernel") ?? layer.ownWeight("embeddings"),
      let columns = kernel.spec.shape.dimensions.last
    else { throw call.error("the wrapped layer has no kernel and no embeddings") }
    weights.share(kernel)
    try weights.add(
      "vector_u", .statistic, [1, columns],
      weights.fixedInitializer(
        "TruncatedNormal", config: JSONObject([.init(key: "stddev", value: 0.02)])),
      .init(isTrainable: false, dtype: kernel.spec.dtype))
  }
}
