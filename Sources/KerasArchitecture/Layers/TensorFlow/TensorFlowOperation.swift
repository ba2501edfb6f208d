import OrderedJSON
import SignalGraph

/// A TensorFlow function that stands in a graph of tf.keras as a layer: it has no weights.
///
/// Since 2.13 the consumers' `build_config` records the shapes of such results. Before that they follow from
/// the function, if `TensorFlowFunction` has a rule for it. Any other result has an unknown shape, which is
/// an error only if weights depend on it.
struct TensorFlowOperation: LayerKind {
  static let classNames = ["TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"]

  let prefersRecordedShapes = true
  let function: String
  /// The description of an operation, in JSON before tf.keras 2.4.
  let node: TensorFlowNodeDefinition?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    node = TensorFlowNodeDefinition(config)
    function = node?.function ?? Self.name(config["function"]?.stringValue ?? "")
  }

  /// `compat.v1.transpose` → `transpose`.
  private static func name(_ function: String) -> String {
    let prefix = "compat.v1."
    return function.hasPrefix(prefix) ? String(function.dropFirst(prefix.count)) : function
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    TensorFlowFunction.shapes(function, node?.arguments(call) ?? TensorFlowArguments(call)) ?? [.unknown]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    let arguments = node?.arguments(call) ?? TensorFlowArguments(call)
    // `__operators__.add` has its second operand in the keyword `y`.
    let name = function.split(separator: ".").last.map(String.init) ?? function
    return FunctionSignals(
      name: name, operands: arguments.inputs + ["y", "b"].compactMap { arguments.keywords[$0] },
      setting: arguments.value
    ).operations
  }

  var functionName: String? { "tf.\(function)" }
}
