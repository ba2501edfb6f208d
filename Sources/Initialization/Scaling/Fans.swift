import KerasArchitecture
import Tensors

/// How many values go into, and come out of, a unit of a weight: what scales it.
///
/// The rule of Keras's `compute_fans`: a matrix is (in, out); a kernel of higher rank is (receptive field …,
/// in, out), and both counts are multiplied by the size of the receptive field.
struct Fans {
  /// The number of inputs of a unit.
  let input: Double
  /// The number of units that an input reaches.
  let output: Double

  init(_ target: InitializerTarget) {
    let sizes = target.shape.dimensions.map(Double.init)
    switch (target.fans, sizes.count) {
    case (.axes(let axes), _):
      input = axes.input.reduce(1) { $0 * sizes[$1] }
      output = axes.output.reduce(1) { $0 * sizes[$1] }
    case (.squareRoot, _):
      input = sizes.reduce(1, *).squareRoot()
      output = input
    case (.byRank, 0): (input, output) = (1, 1)
    case (.byRank, 1): (input, output) = (sizes[0], sizes[0])
    case (.byRank, _):
      let receptiveField = sizes.dropLast(2).reduce(1, *)
      input = sizes[sizes.count - 2] * receptiveField
      output = sizes[sizes.count - 1] * receptiveField
    }
  }
}
