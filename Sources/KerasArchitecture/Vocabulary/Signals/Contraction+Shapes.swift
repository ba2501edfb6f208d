import SignalGraph
import Tensors

extension Contraction {
  /// Sums along one axis of each of two inputs, for each pair of the other values in a sample, as `Dot` forms
  /// them.
  ///
  /// - Returns: `nil` if a size is not known.
  init?(_ first: PartialShape, _ second: PartialShape, axes: (first: Int, second: Int), isNormalized: Bool) {
    guard let one = first.index(ofAxis: axes.first), let other = second.index(ofAxis: axes.second),
      one > 0, other > 0, let count = first.dimensions[one] ?? second.dimensions[other], count > 0,
      let left = Self.size(first, without: one), let right = Self.size(second, without: other)
    else { return nil }
    self.init(
      count: count, Operand(isOverUnits: one == first.rank - 1, uses: right),
      Operand(isOverUnits: other == second.rank - 1, uses: left), isNormalized: isNormalized)
  }

  /// The number of values in a sample for each along an axis.
  private static func size(_ shape: PartialShape, without axis: Int) -> Double? {
    var product = 1.0
    for (index, size) in shape.dimensions.enumerated() where index > 0 && index != axis {
      guard let size else { return nil }
      product *= Double(size)
    }
    return product
  }

  /// The product of two stacks of matrices.
  init?(matrices first: PartialShape, _ second: PartialShape, transposes: (first: Bool, second: Bool)) {
    guard first.rank >= 2, second.rank >= 2 else { return nil }
    func size(_ shape: PartialShape, _ axis: Int) -> Int? { shape.dimensions[shape.rank + axis] }
    guard let count = size(first, transposes.first ? -2 : -1) ?? size(second, transposes.second ? -1 : -2),
      let rows = size(first, transposes.first ? -1 : -2),
      let columns = size(second, transposes.second ? -2 : -1)
    else { return nil }
    // A matrix for all of the stack goes into each of its products.
    let stacked = first.rank - second.rank
    func stack(_ shape: PartialShape, _ other: PartialShape) -> Double {
      let extra = max(other.rank - shape.rank, 0)
      return other.dimensions.prefix(extra).dropFirst().reduce(1) { $0 * Double($1 ?? 1) }
    }
    self.init(
      count: max(count, 1),
      Operand(
        isOverUnits: !transposes.first, uses: Double(columns) * (stacked < 0 ? stack(first, second) : 1)),
      Operand(isOverUnits: transposes.second, uses: Double(rows) * (stacked > 0 ? stack(second, first) : 1)))
  }

  /// The sum of products that `einsum` forms of two inputs.
  ///
  /// - Returns: `nil` for an equation with an ellipsis, or of another number of inputs.
  init?(equation: String, _ first: PartialShape, _ second: PartialShape) {
    let sides = equation.filter { $0 != " " }.split(separator: ">", omittingEmptySubsequences: false)
    guard sides.count == 2, sides[0].hasSuffix("-") else { return nil }
    let operands = sides[0].dropLast().split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let output = Set(sides[1])
    guard operands.count == 2, !equation.contains("."), operands[0].count == first.rank,
      operands[1].count == second.rank
    else { return nil }
    var sizes: [Character: Int] = [:]
    for (letters, shape) in [(operands[0], first), (operands[1], second)] {
      for (letter, size) in zip(letters, shape.dimensions) { sizes[letter] = sizes[letter] ?? size }
    }
    /// The product of the sizes; that of the batch is not known, and is in both or in neither.
    func product(_ letters: Set<Character>) -> Double {
      letters.reduce(1) { $0 * Double(sizes[$1] ?? 1) }
    }
    let (one, other) = (Set(operands[0]), Set(operands[1]))
    let summed = one.union(other).subtracting(output)
    let counts = summed.compactMap { sizes[$0] }
    guard !summed.isEmpty, counts.count == summed.count, let count = CheckedSize.product(counts), count > 0
    else { return nil }
    self.init(
      count: count,
      Operand(
        isOverUnits: operands[0].last.map(summed.contains) ?? false,
        uses: product(output.subtracting(one))),
      Operand(
        isOverUnits: operands[1].last.map(summed.contains) ?? false,
        uses: product(output.subtracting(other))))
  }
}
