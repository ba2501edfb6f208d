/// Sums of products of two signals, as of `Dot` and of a matrix product.
package struct Contraction: Sendable, Hashable {
  /// One of the two signals.
  package struct Operand: Sendable, Hashable {
    /// Whether the values that are summed over are the units of one place, rather than places of one unit.
    package let isOverUnits: Bool
    /// The number of results that each of its values goes into.
    package let uses: Double

    package init(isOverUnits: Bool, uses: Double) {
      self.isOverUnits = isOverUnits
      self.uses = uses
    }
  }

  /// The number of products in a sum.
  package let count: Int
  package let first, second: Operand
  /// Whether both are brought to unit length first: a cosine.
  package let isNormalized: Bool

  package init(count: Int, _ first: Operand, _ second: Operand, isNormalized: Bool = false) {
    self.count = count
    self.first = first
    self.second = second
    self.isNormalized = isNormalized
  }
}
