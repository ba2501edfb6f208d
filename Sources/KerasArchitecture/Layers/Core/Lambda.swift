import OrderedJSON

/// `Lambda`: Python code, which is not run. Its result has the recorded shape, or else the declared one.
struct Lambda: LayerKind {
  static let classNames = ["Lambda"]

  let prefersRecordedShapes = true
  private let shape: PartialShape?
  /// Whether the shape is neither declared nor that of the input.
  private let hasUnreadableShape: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let type = config["output_shape_type"]?.stringValue ?? "raw"
    shape = type == "raw" ? PartialShape(json: config["output_shape"]) : nil
    // Keras 3 runs the code to know the shape; the layers behind have it in their `build_config`.
    hasUnreadableShape = shape == nil && (config["output_shape"] != nil || config.generation.isKeras3)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    if hasUnreadableShape { return [.unknown] }
    return [shape.map { PartialShape([input.batch] + $0.dimensions) } ?? input]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.hasKnownFields = false
    guard let name = upgrader.replacement(for: layer) else {
      upgrader.refuse(
        layer,
        "its Python code cannot be read: --replace \(layer.name)=activation:NAME says which function it is")
      return
    }
    form.className = "Activation"
    form.config = [
      "name": .string(layer.name.upgradedName), "trainable": true, "activation": .string(name),
      "dtype": form.config["dtype"] ?? .null,
    ]
    upgrader.note(.unproved, layer, "its Python code is the activation \(name) now, as --replace says")
  }
}
