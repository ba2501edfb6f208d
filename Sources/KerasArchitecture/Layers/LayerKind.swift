import SignalGraph

/// A Keras layer class: how it reads its configuration, which weights it creates and which shapes it returns.
///
/// A new layer is one type in this folder and its line in `LayerCatalog`.
protocol LayerKind: SendableMetatype {
  /// The class names it goes by in JSON, the canonical one first.
  static var classNames: [String] { get }

  /// More names that it went by in Keras 1 only.
  static var keras1ClassNames: [String] { get }

  /// Reads the configuration, in the order in which Keras's constructor makes initializers and seed
  /// generators.
  init(_ config: LayerConfig) throws(ArchitectureError)

  /// The layers that this one owns, in the order in which their weights are counted.
  var children: [LayerChildren] { get }

  /// Creates the weights for the inputs of a call, and builds the children.
  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError)

  /// The shapes that a call returns, one for each tensor.
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape]

  /// The variables that the formats of Keras 3 store for the layer itself, in their order, out of all its own.
  func objectWeights(_ own: [WeightDeclaration]) -> [WeightDeclaration]

  /// What a call does to the signal, step by step.
  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation]
}

extension LayerKind {
  static var keras1ClassNames: [String] { [] }

  var children: [LayerChildren] { [] }

  /// The name as it is, if it is one of the class's, or else the canonical one.
  static func canonicalName(_ name: String) -> String {
    let names = classNames + keras1ClassNames
    return names.contains(name) ? name : names[0]
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {}

  func objectWeights(_ own: [WeightDeclaration]) -> [WeightDeclaration] { own }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.opaque] }
}

/// A layer that returns what it is given, shape for shape.
protocol ShapePreservingLayer: LayerKind {}

extension ShapePreservingLayer {
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }
}

/// Sub-layers held in one attribute of a layer.
struct LayerChildren {
  let attribute: String
  let layers: [Layer]
  let isList: Bool

  init(_ attribute: String, _ layer: Layer) {
    self.attribute = attribute
    layers = [layer]
    isList = false
  }

  init(_ attribute: String, list: [Layer]) {
    self.attribute = attribute
    layers = list
    isList = true
  }
}
