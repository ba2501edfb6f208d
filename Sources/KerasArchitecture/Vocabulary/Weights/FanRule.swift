/// How fan-in and fan-out follow from a weight's shape.
package enum FanRule: Sendable, Hashable {
  /// A matrix is (in, out), a kernel of higher rank (receptive field …, in, out).
  case byRank
  /// The products of the sizes of these axes.
  case axes(FanAxes)
  /// Both are the root of the number of elements: what Keras 1 and multi-backend Keras 2 take for shapes that they
  /// assume nothing of.
  case squareRoot
}

/// The axes over which an initializer takes fan-in and fan-out, where a layer knows better than the rule for
/// its rank (Keras's `input_axes` and `output_axes`, since 3.15).
package struct FanAxes: Sendable, Hashable {
  package let input: [Int]
  package let output: [Int]

  package init(input: [Int], output: [Int]) {
    self.input = input
    self.output = output
  }
}
