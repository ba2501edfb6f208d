import Tensors

/// What became of one tensor over a series.
package struct TensorHistory: Sendable {
  /// How far a tensor moved from one checkpoint to the next.
  package struct Change: Sendable, Hashable {
    /// ‖W′ − W‖, the root of the sum of squares.
    package let norm: Double
    /// The norm over ‖W‖; infinite where that is 0 and the change is not.
    package let ratio: Double
    /// The cosine of the angle to the change before; `nil` for the first one, or where one of them is none.
    package let cosine: Double?
    /// Whether every bit is the same.
    package let isNone: Bool

    package init(norm: Double, ratio: Double, cosine: Double? = nil, isNone: Bool = false) {
      self.norm = norm
      self.ratio = ratio
      self.cosine = cosine
      self.isNone = isNone
    }
  }

  /// A tensor in one checkpoint.
  package struct Point: Sendable, Hashable {
    /// ‖W‖; NaN where values are not finite.
    package let norm: Double
    /// How many values are NaN or infinite.
    package let nonFiniteCount: Int
    /// The largest singular value of a kernel as a matrix whose columns are its last axis; `nil` of what is
    /// none, or is too large to be held in memory.
    package let spectralNorm: Double?
    /// Since the checkpoint before; `nil` for the first one, and where values are not finite.
    package let change: Change?
    /// How many units are found dead; `nil` of what has none.
    package internal(set) var deadUnits: Int?

    package init(
      norm: Double, nonFiniteCount: Int = 0, spectralNorm: Double? = nil, change: Change? = nil,
      deadUnits: Int? = nil
    ) {
      self.norm = norm
      self.nonFiniteCount = nonFiniteCount
      self.spectralNorm = spectralNorm
      self.change = change
      self.deadUnits = deadUnits
    }

    /// ‖W‖² over the square of the largest singular value: how many directions share the kernel's weight.
    ///
    /// Rudelson & Vershynin, 2007.
    package var stableRank: Double? {
      spectralNorm.flatMap { $0 > 0 ? (norm / $0) * (norm / $0) : nil }
    }
  }

  /// The tensor as the last checkpoint has it.
  package let tensor: AuditedTensor
  /// One for each checkpoint, in their order.
  package let points: [Point]

  package init(tensor: AuditedTensor, points: [Point]) {
    self.tensor = tensor
    self.points = points
  }

  /// Whether tables show it and rules follow it: a kernel of the model, or an embedding.
  ///
  /// A bias alone is no evidence, as it may cancel out of the loss; the codes of quantized kernels are no
  /// values.
  package var isFollowed: Bool {
    tensor.role?.isTable == true && tensor.isOfModel && tensor.spec.dtype.isFloatingPoint
  }

  /// The changes from each checkpoint to the next.
  package var changes: [Change?] { points.dropFirst().map(\.change) }

  /// Whether no bit differs between any two checkpoints.
  package var neverMoved: Bool { changes.allSatisfy { $0?.isNone == true } }
}
