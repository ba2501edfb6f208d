import Tensors

/// Whether weights are fresh or trained, which decides what rules apply.
///
/// Biases, scales and statistics decide: the first step of an optimizer moves them off their declared
/// constants, which a faulty initializer of kernels does not.
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

  init(_ tensors: [AuditedTensor], assumed: Value?) {
    isAssumed = assumed != nil
    if let assumed {
      (value, reason) = (assumed, "assumed")
      return
    }
    guard tensors.contains(where: { $0.declaration != nil }) else {
      (value, reason) = (.unknown, "no architecture: the expected values are unknown")
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
      (value, reason) = Self.byKernels(tensors)
      return
    }
    let layers = Set(verdicts.map(\.0))
    let moved = Set(verdicts.filter { !$0.1 }.map(\.0))
    let kept = verdicts.filter(\.1).count
    let words = "\(kept) of \(verdicts.count) biases, scales and statistics at their declared values"
    value = moved.isEmpty ? .fresh : 2 * moved.count >= layers.count ? .trained : .mixed
    reason = words
  }

  /// Where no constants are declared, kernels decide.
  private static func byKernels(_ tensors: [AuditedTensor]) -> (Value, String) {
    let judged = tensors.compactMap { DeclaredVariance.ratio(of: $0) }
    guard !judged.isEmpty else { return (.unknown, "no constants or distributions are declared") }
    let departed = judged.filter { $0.probability < DeclaredVariance.significance }.count
    let words = "\(judged.count - departed) of \(judged.count) kernels match their initializers"
    if departed == 0 { return (.fresh, words) }
    return (5 * departed > judged.count ? .trained : .unknown, words)
  }
}
