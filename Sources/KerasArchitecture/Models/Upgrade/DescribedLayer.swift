import OrderedJSON
import Text

/// A layer of an unknown class in a document without weights.
struct DescribedLayer: LayerKind {
  static let classNames = ["Layer"]
  static let keepsDocumentClassName = true

  let prefersRecordedShapes = true

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [.unknown] }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    upgrader.passThrough(&form, layer)
  }
}

extension StoredLayer {
  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    upgrader.passThrough(&form, layer)
  }
}

extension ModelUpgrader {
  /// Leaves a layer of a class that is not of Keras to its user.
  func passThrough(_ form: inout UpgradedLayer, _ layer: Layer) {
    let className = layer.place.className
    form.className = PythonNames.withoutPackage(className)
    form.hasKnownFields = false
    form.module = .null
    form.registeredName = .string(className)
    form.config["batch_input_shape"] = nil
    note(
      .unproved, layer,
      "\(className.clipped) is not of Keras: pass the class to load_model in custom_objects; it "
        + "must run in Keras 3"
    )
  }
}
