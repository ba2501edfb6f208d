import Tensors

/// Where the units of a kernel lie: element `(outer · units + unit) · inner + k` is a weight of `unit`.
///
/// A `Dense` or convolution kernel has its units on the last axis (`inner` is 1), a transposed convolution on
/// the last but one, an embedding table on the first.
package struct UnitLayout: Sendable, Hashable {
  package let outer: Int
  /// How many units there are.
  package let units: Int
  package let inner: Int
  /// How many units of the layer before come in: the size of the axis before the units', if that is the last,
  /// or a part of it where several places lie side by side on it; 0 otherwise.
  package let channels: Int

  /// How many weights a unit has.
  package var inputs: Int { outer * inner }

  /// The result is `nil` if there is no such axis, or nothing to compare: fewer than two units, or fewer than
  /// two weights of a unit.
  ///
  /// - Parameters:
  ///   - dimensions: the sizes of the tensor.
  ///   - axis: which of them counts units; negative numbers count from the end.
  ///   - channels: how many units of the layer before come in, if not as many as the axis before is long.
  package init?(_ dimensions: [Int], axis: Int = -1, channels: Int? = nil) {
    guard let index = axis < 0 ? CheckedSize(axis).plus(dimensions.count).value : axis,
      dimensions.indices.contains(index),
      let outer = CheckedSize.product(dimensions[..<index]),
      let inner = CheckedSize.product(dimensions[(index + 1)...]),
      let inputs = CheckedSize.product([outer, inner])
    else { return nil }
    self.outer = outer
    units = dimensions[index]
    self.inner = inner
    let before = index == dimensions.count - 1 && index > 0 ? dimensions[index - 1] : 0
    self.channels = channels.flatMap { $0 > 0 && before.isMultiple(of: $0) ? min($0, before) : nil } ?? before
    guard units > 1, inputs > 1 else { return nil }
  }

  func unit(of element: Int) -> Int { element / inner % units }

  /// Which of its unit's weights an element is.
  func input(of element: Int) -> Int { element / (inner * units) * inner + element % inner }
}
