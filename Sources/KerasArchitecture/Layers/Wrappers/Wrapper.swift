import OrderedJSON
import SignalGraph

/// A layer that calls another one with its own inputs.
protocol WrappingLayer: LayerKind {
  var layer: Layer { get }
}

extension WrappingLayer {
  var children: [LayerChildren] { [LayerChildren("layer", layer)] }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try layer.call(call.forwarded(to: layer, try call.input))
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.config["layer"] = upgrader.inner(self.layer, of: form)
  }
}

/// `Wrapper`: the wrapped layer alone.
struct Wrapper: WrappingLayer {
  static let classNames = ["Wrapper"]

  let layer: Layer

  init(_ config: LayerConfig) throws(ArchitectureError) { layer = try config.layer("layer") }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try layer.build(call.forwarded(to: layer, try call.input))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    self.layer.kind.signal(call, self.layer)
  }
}
