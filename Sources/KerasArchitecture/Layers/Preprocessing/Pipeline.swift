/// `Pipeline`: preprocessing layers one after the other.
struct Pipeline: LayerKind {
  static let classNames = ["Pipeline"]

  private let layers: [Layer]

  init(_ config: LayerConfig) throws(ArchitectureError) { layers = try config.layers("layers") }

  var children: [LayerChildren] { [LayerChildren("layers", list: layers)] }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var shapes = [try call.input]
    for layer in layers { shapes = try layer.call(call.forwarded(to: layer, shapes[0])) }
    return shapes
  }
}
