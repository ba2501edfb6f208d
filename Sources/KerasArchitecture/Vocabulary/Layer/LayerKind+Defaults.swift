import SignalGraph
import Tensors

extension LayerKind {
  static var keras1ClassNames: [String] { [] }
  static var keepsDocumentClassName: Bool { false }

  /// The name as it is, if it is one of the class's, or else the canonical one.
  static func canonicalName(_ name: String) -> String {
    let names = classNames + keras1ClassNames
    return names.contains(name) ? name : names[0]
  }

  var children: [LayerChildren] { [] }
  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {}
  func objectWeights(_ own: [WeightDeclaration]) -> [WeightDeclaration] { own }
  func meaning(of layer: Layer) -> WeightMeaning? { nil }
  var storedForm: TensorTree.Form? { nil }

  func joinsFeatures(of layer: Layer) -> Bool { false }

  var prefersRecordedShapes: Bool { false }
  var inputShape: PartialShape? { nil }
  var defaultInputs: [PartialShape] { [] }

  var modelForm: ModelForm? { nil }
  var flattenedBranches: [Layer]? { nil }
  var merging: (branches: [Layer], merge: Layer)? { nil }
  var isOperation: Bool { false }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {}
  func upgrade(_ call: inout UpgradedCall, of layer: Layer, _ upgrader: ModelUpgrader) {}
  var functionName: String? { nil }

  func upgradedOperation(
    _ calls: [UpgradedCall], inputs: [PartialShape], results: [PartialShape], of layer: Layer
  ) -> [UpgradedOperation]? { nil }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.opaque] }
  func recurrence(_ call: LayerCall, _ layer: Layer) -> Recurrence? { nil }

  /// Appends the steps of `signal`; all outputs share the last one's node.
  func emitSignals(_ call: SignalCall, to graph: inout SignalGraph) throws(ArchitectureError) -> [Int] {
    var nodes = call.inputs
    for var operation in signal(call.call, call.layer) {
      let units = { (try? call.layer.kind.outputShapes(call.call))?.first?.last }
      if operation == .activation(.softmax(units: nil)) {
        operation = .activation(.softmax(units: units()))
      } else if operation == .activation(.unknown),
        call.layer.config.activationName() == "log_softmax", units() == 1
      {
        // Its logarithm is no probability, but of one unit as constant.
        operation = .activation(.softmax(units: 1))
      }
      nodes = [graph.append(operation, layer: call.layer.name, inputs: nodes)]
    }
    let node = nodes.first ?? graph.append(.opaque, layer: call.layer.name, inputs: [])
    return Array(repeating: node, count: call.outputCount)
  }
}
