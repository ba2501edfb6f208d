package import Tensors
import WeightAudit

/// A weight of a file that is broken beyond doubt, or that holds one value beside such a one.
package struct BrokenTensor: Sendable, Hashable {
  /// The weight's index in the order of creation.
  package let weight: Int
  package let layer: String
  package let dtype: DType
  /// Whether it is broken itself. One beside it has the same declaration, and is drawn with it.
  package let isProven: Bool
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
