/// The rule by which fan-in and fan-out follow from a weight's shape.
package enum FanRule: Sendable, Hashable {
  /// The rule of Keras 3: a matrix is (in, out), a kernel of higher rank (receptive field …, in, out).
  case byRank
  /// The products of the sizes of these axes.
  case axes(FanAxes)
  /// Both are the square root of the number of elements: the rule of Keras 1 and multi-backend Keras 2 for
  /// all other shapes.
  case squareRoot
}

/// The axes over which an initializer takes fan-in and fan-out, where a layer overrides the rule for the
/// rank: `input_axes` and `output_axes` of Keras since 3.15.
package struct FanAxes: Sendable, Hashable {
  package let input: [Int]
  package let output: [Int]

  package init(input: [Int], output: [Int]) {
    self.input = input
    self.output = output
  }
}
