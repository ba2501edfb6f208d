import KerasArchitecture
import OrderedJSON
import SignalGraph
import Tensors
import WeightAudit

extension DeclaredFacts {
  /// What a model's description says, its compilation included.
  ///
  /// - Parameters:
  ///   - architecture: the model.
  ///   - training: how it was compiled, where something beside its description says so.
  init(_ architecture: Architecture, training: JSONObject? = nil) {
    let empty = Set(
      architecture.weights.filter { $0.isTrainable && $0.spec.elementCount == 0 }.map(\.creationIndex))
    self.init(
      cutWeights: Self.cutWeights(architecture),
      emptyWeights: architecture.namedWeights.filter { empty.contains($0.weight) }.map(\.name))
    (outputsWithoutLoss, kernelsWithoutLoss) = Self.withoutLoss(
      architecture, training ?? architecture.compileConfig)
    mismatchedLosses = MismatchedLosses.all(architecture, training ?? architecture.compileConfig)
  }

  /// The weights whose constraint leaves them no norm but 0.
  private static func cutWeights(_ architecture: Architecture) -> [CutWeight] {
    let declarations = Dictionary(architecture.weights.map { ($0.creationIndex, $0) }) { first, _ in first }
    return architecture.namedWeights.compactMap { named in
      guard let weight = declarations[named.weight], weight.isTrainable,
        let initializer = weight.parts.first.flatMap({ architecture.initializer($0.initializer) }),
        let field = initializer.field, field.key.hasSuffix("_initializer"),
        let constraint = architecture.document[field.object]?[
          field.key.dropLast("_initializer".count) + "_constraint"],
        let className = constraint["class_name"]?.stringValue,
        ["MaxNorm", "MinMaxNorm", "max_norm", "min_max_norm"].contains(className),
        let bound = constraint["config"]?["max_value"], bound.doubleValue == 0,
        // A rate below 1 comes near the bound only.
        constraint["config"]?["rate"]?.doubleValue ?? 1 == 1
      else { return nil }
      return CutWeight(weight: named.name, constraint: "\(className)(max_value=\(bound.pythonText()))")
    }
  }

  /// The outputs whose losses count 0 times.
  private static func zeroWeighted(_ outputs: [String], _ weights: JSONValue?) -> [String] {
    if let list = weights?.arrayValue, list.count == outputs.count {
      return zip(outputs, list).filter { $1.doubleValue == 0 }.map(\.0)
    }
    return outputs.filter { weights?.objectValue?[$0]?.doubleValue == 0 }
  }

  /// The outputs that the model is compiled without a loss of, and the trainable kernels that lead to those
  /// alone.
  private static func withoutLoss(
    _ architecture: Architecture, _ training: JSONObject?
  ) -> (outputs: [String], kernels: [String]) {
    let outputs = architecture.outputNames
    guard outputs.count > 1, let loss = training?["loss"] else { return ([], []) }
    let unweighted = zeroWeighted(outputs, training?["loss_weights"])
    var free: [String]
    if let list = loss.arrayValue, list.count == outputs.count {
      free = zip(outputs, list).filter { $1.isNull }.map(\.0)
    } else if let object = loss.objectValue, object["class_name"] == nil,
      outputs.contains(where: { object[$0] != nil })
    {
      free = outputs.filter { object[$0]?.isNull ?? true }
    } else {
      free = []
    }
    free = outputs.filter { free.contains($0) || unweighted.contains($0) }
    guard !free.isEmpty, free.count < outputs.count, !architecture.hasActivityRegularizers else {
      return ([], [])
    }
    let names = Dictionary(architecture.namedWeights.map { ($0.weight, $0.name) }) { first, _ in first }
    let trainable = Set(architecture.weights.filter(\.isTrainable).map(\.creationIndex))
    let regularized = architecture.regularizedWeights
    let taught = architecture.signals.kernels(leadingTo: Set(outputs).subtracting(free))
    let kernels = architecture.signals.allKernels.filter {
      trainable.contains($0) && !taught.contains($0) && !regularized.contains($0)
    }
    // A layer inside a model is no node of its own name: of what is not found nothing is said.
    guard !taught.isEmpty else { return ([], []) }
    return (free, kernels.sorted().compactMap { names[$0] })
  }
}

extension Architecture {
  /// The weights that a regularizer gives a gradient, by their indices.
  fileprivate var regularizedWeights: Set<Int> {
    Set(
      weights.filter { weight in
        guard let field = weight.parts.first.flatMap({ initializer($0.initializer) })?.field,
          field.key.hasSuffix("_initializer")
        else { return false }
        let key = field.key.dropLast("_initializer".count) + "_regularizer"
        return document[field.object]?[String(key)].map { !$0.isNull } ?? false
      }.map(\.creationIndex))
  }

  /// Whether a layer's outputs are part of what is minimized.
  fileprivate var hasActivityRegularizers: Bool {
    weights.contains { weight in
      weight.parts.first.flatMap { initializer($0.initializer) }?.field.flatMap {
        document[$0.object]?["activity_regularizer"]
      }.map { !$0.isNull } ?? false
    }
  }
}

extension SignalGraph {
  fileprivate var allKernels: Set<Int> { Set(nodes.flatMap(\.operation.kernels)) }

  /// The kernels whose signals reach one of some layers.
  fileprivate func kernels(leadingTo layers: Set<String>) -> Set<Int> {
    var reached = Set(nodes.indices.filter { layers.contains(nodes[$0].layer) })
    for index in nodes.indices.reversed() where reached.contains(index) {
      reached.formUnion(nodes[index].inputs)
    }
    return Set(reached.flatMap { nodes[$0].operation.kernels })
  }
}
