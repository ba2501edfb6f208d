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
  /// Whether it proves that a fresh tensor is to be drawn anew.
  var isRedrawn: Bool {
    remedy.actions.contains { action in
      switch action {
      case .redraw: isProof && severity > .note
      // Equal values in fresh kernels are an error; in others they may be meant.
      case .separateSeeds: severity == .error
      default: false
      }
    }
  }
}
