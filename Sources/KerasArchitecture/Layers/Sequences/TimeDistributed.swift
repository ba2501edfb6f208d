import OrderedJSON
import SignalGraph
import Tensors

/// `TimeDistributed`: a layer applied to every step of a sequence.
struct TimeDistributed: LayerKind {
  static let classNames = ["TimeDistributed"]

  private let layer: Layer

  init(_ config: LayerConfig) throws(ArchitectureError) { layer = try config.layer("layer") }

  var children: [LayerChildren] { [LayerChildren("layer", layer)] }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try layer.build(call.forwarded(to: layer, try call.timeStep()))
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let time = try call.input(minimumRank: 3).dimensions[1]
    return try layer.call(call.forwarded(to: layer, try call.timeStep())).map {
      $0.isUnknown ? .unknown : PartialShape([$0.batch, time] + $0.dimensions.dropFirst())
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let step = try? call.timeStep() else { return [.opaque] }
    return self.layer.kind.signal(call.forwarded(to: self.layer, step), self.layer)
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.config["layer"] = upgrader.inner(self.layer, of: form)
    upgradeType(&form, of: layer, upgrader)
    let className = self.layer.config.className
    let isRecurrent = self.layer.kind.children.contains { ["cell", "forward_layer"].contains($0.attribute) }
    if upgrader.hasMasks, isRecurrent || className == "Embedding" {
      upgrader.refuse(layer, "it passes masks to the layer that it wraps, which Keras 3 does otherwise")
    }
  }

  /// Gives the wrapper the type of the layer: Keras 2 casts each step to that, Keras 3 hands it on as it is.
  private func upgradeType(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    let inner = self.layer.config.object["dtype"]
    guard self.layer.kind.modelForm == nil, let outerType = DTypePolicy(form.config["dtype"])?.computeDType,
      let innerType = DTypePolicy(inner)?.computeDType, outerType != innerType
    else { return }
    guard outerType.byteCount > innerType.byteCount else {
      upgrader.refuse(
        layer,
        "it rounds its input to \(outerType.rawValue) for a layer of \(innerType.rawValue), which Keras 3 "
          + "does not")
      return
    }
    form.config["dtype"] = inner ?? .string(innerType.rawValue)
    upgrader.note(
      .rearranged, layer,
      "its type is \(innerType.rawValue) now, as that of the layer in it, and was \(outerType.rawValue)")
  }
}
