import Tensors
import Text

/// Whether weights are fresh or trained, which decides what rules apply.
///
/// Biases, scales and statistics decide: the first step of an optimizer moves them off their declared
/// constants, which a faulty initializer of kernels does not. Kernels decide where an optimizer has taken
/// steps. A file is called fresh only where something shows that it is.
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
    // A tensor that holds another constant than the declared one was set, not trained.
    let verdicts = tensors.compactMap { tensor -> (String, Bool)? in
      guard
        tensor.measurements.count == 1 || tensor.holdsDeclaredConstants == true
          || tensor.measurements.constant == nil
      else { return nil }
      return tensor.holdsDeclaredConstants.map { (tensor.layer, $0) }
    }
    guard !verdicts.isEmpty else {
      (value, reason) = Self.byKernels(tensors, iterations)
      return
    }
    let layers = Set(verdicts.map(\.0))
    let moved = Set(verdicts.filter { !$0.1 }.map(\.0))
    let kept = verdicts.filter(\.1).count
    let words = "\(kept) of \(verdicts.count) biases, scales and statistics at their declared values"
    if moved.isEmpty, let steps = iterations, steps > 0, Self.departed(tensors).isEmpty == false {
      (value, reason) = (.trained, "\(NumberText.counted(steps, "optimizer step")); \(words)")
      return
    }
    value = moved.isEmpty ? .fresh : 2 * moved.count >= layers.count ? .trained : .mixed
    reason = words
  }

  /// Where no constants are declared, kernels decide.
  private static func byKernels(_ tensors: [AuditedTensor], _ iterations: Int?) -> (Value, String) {
    let judged = tensors.filter { DeclaredVariance.ratio(of: $0) != nil }.count
    let departed = departed(tensors).count
    if let steps = iterations, steps > 0 {
      return (.trained, "\(NumberText.counted(steps, "optimizer step")), and no constants are declared")
    }
    guard judged > 0 else { return (.unknown, "no constants or distributions are declared") }
    let words = "\(judged - departed) of \(judged) kernels match their initializers"
    if departed == 0 { return (.fresh, words) }
    return (5 * departed > judged ? .trained : .unknown, words)
  }

  /// The kernels that are no sample of their declared distribution.
  private static func departed(_ tensors: [AuditedTensor]) -> [AuditedTensor] {
    tensors.filter { tensor in
      guard let judged = DeclaredVariance.ratio(of: tensor) else { return false }
      return judged.probability < DeclaredVariance.significance
        || DeclaredSupport.excess(of: tensor) != nil
    }
  }

  /// Without an architecture: no initializer of Keras's own layers gives the elements of a bias, a scale or a
  /// statistic different values, but for the ones of a forget gate.
  private static func byVectors(_ tensors: [AuditedTensor]) -> (Value, String) {
    let vectors = tensors.filter { $0.isMeasurable && $0.spec.shape.rank == 1 && $0.measurements.count > 1 }
    let moved = vectors.filter { tensor in
      tensor.measurements.constant == nil && tensor.measurements.sample.contains { $0 != 0 && $0 != 1 }
    }
    guard !moved.isEmpty, 2 * moved.count >= vectors.count else {
      return (.unknown, "no architecture: the expected values are unknown")
    }
    return (
      .trained,
      "\(moved.count) of \(NumberText.counted(vectors.count, "vector")) hold values that only training makes"
    )
  }
}
