package import Tensors
import WeightAudit

/// A weight of a file that is broken beyond doubt.
package struct BrokenTensor: Sendable, Hashable {
  /// The weight's index in the order of creation.
  package let weight: Int
  package let layer: String
  package let dtype: DType
}

extension Finding {
  /// Whether it proves that a tensor is to be drawn anew.
  var isRedrawn: Bool {
    isProof && severity > .note
      && remedy.actions.contains { action in if case .redraw = action { true } else { false } }
  }
}
