import Tensors
import Text

/// Whether weights are fresh or trained, which decides what rules apply.
///
/// Biases, scales and statistics decide: the first step of an optimizer moves them off their declared
/// constants, which a faulty initializer of kernels does not. Those of frozen layers tell nothing. Kernels
/// decide where an optimizer has taken steps, and where most of them look trained although the constants have
/// not moved: nothing in a file tells that biases alone were frozen. A file is called fresh only where
/// something shows that it is.
package struct AuditState: Sendable, Hashable {
  package enum Value: String, Sendable, Hashable, CaseIterable {
    case fresh, trained
    /// Some layers were trained, others were not: a new head on an old backbone.
    case mixed
    case unknown
  }

  package let value: Value
  /// The reason, in a few words.
  package let reason: String
  /// Whether the user said so.
  package let isAssumed: Bool

  init(_ tensors: [AuditedTensor], iterations: Int? = nil, assumed: Value?) {
    isAssumed = assumed != nil
    if let assumed {
      (value, reason) = (assumed, "assumed")
      return
    }
    guard tensors.contains(where: { $0.declaration != nil }) else {
      (value, reason) = Self.byVectors(tensors)
      return
    }
    let verdicts = Self.verdicts(tensors)
    guard !verdicts.isEmpty else {
      (value, reason) = Self.byKernels(tensors, iterations)
      return
    }
    let layers = Set(verdicts.map(\.layer))
    let moved = Set(verdicts.filter { !$0.isKept }.map(\.layer))
    let kept = verdicts.count(where: \.isKept)
    let words = "\(kept) of \(verdicts.count) biases, scales and statistics at their declared values"
    let evidence = tensors.compactMap(KernelEvidence.init)
    let departed = evidence.filter(\.departs)
    if moved.isEmpty, let steps = iterations, steps > 0, !departed.isEmpty {
      (value, reason) = (.trained, "\(NumberText.counted(steps, "optimizer step")); \(words)")
      return
    }
    let trained = departed.count(where: \.looksTrained)
    if moved.isEmpty, departed.count > 1, 2 * departed.count > evidence.count, 3 * trained >= departed.count {
      (value, reason) = (
        .unknown,
        "\(words), but \(departed.count) of \(evidence.count) kernels are samples of no initializer, as if "
          + "trained beside frozen biases"
      )
      return
    }
    // A single number may have been set, as the prior of an output.
    let single = verdicts.filter { !$0.isKept }.allSatisfy { $0.count == 1 }
    if !moved.isEmpty, single, verdicts.contains(where: { $0.isKept && $0.count > 1 }), !evidence.isEmpty,
      departed.isEmpty, iterations ?? 0 == 0
    {
      (value, reason) = (.fresh, words)
      return
    }
    value = moved.isEmpty ? .fresh : 2 * moved.count >= layers.count ? .trained : .mixed
    reason = words
  }

  /// A tensor with declared constants, and whether it still holds them.
  private struct Verdict {
    let layer: String
    let count: Int
    let isKept: Bool
  }

  /// What the tensors tell that training would move.
  private static func verdicts(_ tensors: [AuditedTensor]) -> [Verdict] {
    let trainable = Set(tensors.filter(\.isTrainable).map(\.layer))
    let known = Set(tensors.filter { $0.role != .statistic && $0.declaration != nil }.map(\.layer))
    return tensors.compactMap { tensor in
      guard !tensor.isAdapted, let isKept = tensor.holdsDeclaredConstants,
        // What is frozen keeps its values, and its statistics, whatever happens beside it.
        !isKept || tensor.isTrainable
          || (tensor.role == .statistic
            && (trainable.contains(tensor.layer) || !known.contains(tensor.layer))),
        // A tensor that holds another constant than the declared one was set, not trained.
        tensor.measurements.count == 1 || isKept || tensor.measurements.constant == nil
      else { return nil }
      return Verdict(layer: tensor.layer, count: tensor.measurements.count, isKept: isKept)
    }
  }

  /// Where no constants are declared, kernels decide.
  private static func byKernels(_ tensors: [AuditedTensor], _ iterations: Int?) -> (Value, String) {
    let evidence = tensors.compactMap(KernelEvidence.init)
    let (judged, departed) = (evidence.count, evidence.count(where: \.departs))
    if let steps = iterations, steps > 0 {
      return (.trained, "\(NumberText.counted(steps, "optimizer step")), and no constants are declared")
    }
    guard judged > 0 else { return (.unknown, "no constants or distributions are declared") }
    let words = "\(judged - departed) of \(judged) kernels match their initializers"
    if departed == 0 { return (.fresh, words) }
    return (5 * departed > judged ? .trained : .unknown, words)
  }

  /// Without an architecture: by default no layer of Keras gives the elements of a bias, a scale or a
  /// statistic different values, but for the ones of a forget gate, and for what `Normalization` has seen of
  /// data.
  private static func byVectors(_ tensors: [AuditedTensor]) -> (Value, String) {
    let vectors = tensors.filter {
      $0.isMeasurable && $0.spec.shape.rank == 1 && $0.measurements.count > 1
        && $0.layer.split(separator: "/").last?.hasPrefix("normalization") != true
    }
    let moved = vectors.filter { tensor in
      tensor.measurements.constant == nil && tensor.measurements.sample.contains { $0 != 0 && $0 != 1 }
    }
    guard !moved.isEmpty, 2 * moved.count >= vectors.count else {
      return (.unknown, "no architecture: the expected values are unknown")
    }
    return (
      .trained,
      "\(moved.count) of \(NumberText.counted(vectors.count, "vector")) hold values that no default "
        + "initializer gives"
    )
  }
}
