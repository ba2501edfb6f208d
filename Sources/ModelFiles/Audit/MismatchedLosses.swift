import KerasArchitecture
import OrderedJSON
import SignalGraph
import WeightAudit

/// The losses that a model is compiled with, beside what its outputs return.
enum MismatchedLosses {
  /// - Parameters:
  ///   - architecture: the model.
  ///   - training: how it was compiled, as Keras writes it; `nil` if it was not.
  /// - Returns: the outputs whose losses are not for them, as far as both are known.
  static func all(
    _ architecture: Architecture, _ training: JSONObject?
  ) -> [DeclaredFacts.MismatchedLoss] {
    guard let loss = training?["loss"] else { return [] }
    // A Sequential has one output, which has no name in its description.
    let named = architecture.outputNames
    let last = architecture.signals.nodes.last.map { [$0.layer] } ?? []
    let outputs = named.isEmpty && architecture.model.className == "Sequential" ? last : named
    return zip(outputs, losses(loss, of: outputs)).compactMap { layer, loss in
      guard let loss, let output = Output(of: layer, in: architecture),
        let kind = loss.mismatch(with: output)
      else { return nil }
      return .init(layer: layer, loss: loss.name, kind: kind)
    }
  }

  /// The cross-entropy of each output; `nil` where it is something else, or not known.
  private static func losses(_ loss: JSONValue, of outputs: [String]) -> [CrossEntropy?] {
    if let list = loss.arrayValue {
      return list.count == outputs.count ? list.map(CrossEntropy.init) : outputs.map { _ in nil }
    }
    guard let object = loss.objectValue, object["class_name"] == nil else {
      return outputs.map { _ in CrossEntropy(loss) }
    }
    return outputs.map { object[$0].flatMap(CrossEntropy.init) }
  }

  /// What an output returns.
  private struct Output {
    /// The last function.
    let function: Activation
    /// The size of its last axis, if it is known.
    let units: Int?

    /// - Returns: `nil` where the layer does something else last.
    init?(of layer: String, in architecture: Architecture) {
      let graph = architecture.signals
      let nodes = architecture.layers.filter { $0.name == layer }
      units = nodes.count == 1 ? nodes[0].outputShapes.first?.last : nil
      guard let last = graph.nodes.lastIndex(where: { $0.layer == layer }) else { return nil }
      var index = last
      var function = Activation.linear
      while case .activation(let next) = graph.nodes[index].operation {
        guard function == .linear, let input = graph.nodes[index].inputs.first else { return nil }
        function = next
        index = input
      }
      self.function = function
      switch (graph.nodes[index].operation, function) {
      case (.linear, _), (_, .softmax): return
      default: return nil
      }
    }
  }

  /// A loss of Keras over categories, or over probabilities one by one.
  private struct CrossEntropy {
    let name: String
    private let isBinary: Bool
    private let takesLogits: Bool

    init?(_ value: JSONValue) {
      // A class of somebody's own may have any name.
      if value["registered_name"]?.stringValue?.contains(">") == true { return nil }
      guard let name = value.stringValue ?? value["config"]?.stringValue ?? value["class_name"]?.stringValue
      else { return nil }
      switch name.lowercased().filter({ $0 != "_" }) {
      case "categoricalcrossentropy", "sparsecategoricalcrossentropy", "categoricalfocalcrossentropy":
        isBinary = false
      case "binarycrossentropy", "binaryfocalcrossentropy": isBinary = true
      default: return nil
      }
      // Categories along another axis are not the units.
      if let axis = value["config"]?["axis"], axis != -1 { return nil }
      self.name = name
      takesLogits = value["config"]?["from_logits"] == true
    }

    func mismatch(with output: Output) -> DeclaredFacts.MismatchedLoss.Kind? {
      let isSoftmax = if case .softmax = output.function { true } else { false }
      // Of a softmax over one unit another rule speaks.
      if !isBinary, output.units == 1 { return isSoftmax ? nil : .oneCategory }
      if !takesLogits { return output.function == .linear ? .sums : nil }
      if isBinary { return output.function == .sigmoid ? .probabilities("sigmoid") : nil }
      return isSoftmax ? .probabilities("softmax") : nil
    }
  }
}
