/// A recurrent cell, applied to each step of a sequence.
package struct Recurrence: Sendable, Hashable {
  /// The equations of a cell.
  package enum Cell: Sendable, Hashable {
    case simple
    /// The gates input, forget, cell, output.
    case longShortTerm
    /// The gates update, reset, candidate.
    case gated

    package var gateCount: Int {
      switch self {
      case .simple: 1
      case .longShortTerm: 4
      case .gated: 3
      }
    }
  }

  /// The indices of a cell's weights in the order of creation.
  package struct Weights: Sendable, Hashable {
    package let kernel, recurrentKernel: Int
    package let bias: Int?

    package init(kernel: Int, recurrentKernel: Int, bias: Int? = nil) {
      self.kernel = kernel
      self.recurrentKernel = recurrentKernel
      self.bias = bias
    }
  }

  /// The activations of a cell.
  package struct Activations: Sendable, Hashable {
    package let output, gates: Activation

    package init(output: Activation, gates: Activation) {
      self.output = output
      self.gates = gates
    }
  }

  /// The window of a cell whose kernels are convolutions: every place of the map has a state of its own.
  package struct Window: Sendable, Hashable {
    /// The number of positions in the window.
    package let count: Int
    /// The number of positions in one stride over the input.
    package let stride: Int
    /// The number of places of the state's map; `nil` if it is not known.
    package let places: Int?
    /// The shares of the windows that lie within the input's map and within the state's, on average.
    package let coverage, recurrentCoverage: Double

    package init(count: Int, stride: Int, places: Int?, coverage: Double, recurrentCoverage: Double) {
      self.count = count
      self.stride = stride
      self.places = places
      self.coverage = coverage
      self.recurrentCoverage = recurrentCoverage
    }
  }

  package let cell: Cell
  package let weights: Weights
  /// The number of features of a step, at one place.
  package let inputs: Int
  package let units: Int
  package let activations: Activations
  /// The length of the sequence; `nil` if it is not known.
  package var steps: Int?
  /// Whether the outputs of all steps are returned, rather than the last one's.
  package var returnsSequences = false
  /// Whether training drops some inputs or states, which breaks the symmetry between units.
  package var hasDropout = false
  /// The window of a convolutional cell.
  package var window: Window?
  /// The kernels of the cell that reads the sequence backwards and whose outputs are concatenated with this
  /// one's.
  package private(set) var mirrored: [Int] = []

  package init(_ cell: Cell, _ weights: Weights, inputs: Int, units: Int, _ activations: Activations) {
    self.cell = cell
    self.weights = weights
    self.inputs = inputs
    self.units = units
    self.activations = activations
  }

  /// The number of inputs that reach one unit.
  package var fanIn: Int { reached(from: inputs) }
  /// The number of states that reach one unit.
  package var recurrentFanIn: Int { reached(from: units) }

  private func reached(from channels: Int) -> Int {
    let product = channels.multipliedReportingOverflow(by: window?.count ?? 1)
    return product.overflow ? .max : product.partialValue
  }

  package var kernel: Int { weights.kernel }
  package var recurrentKernel: Int { weights.recurrentKernel }
  package var bias: Int? { weights.bias }
  package var activation: Activation { activations.output }
  package var recurrentActivation: Activation { activations.gates }

  /// With another cell that reads the sequence backwards.
  package func mirrored(by other: Recurrence) -> Recurrence {
    var result = self
    result.mirrored += other.kernels
    return result
  }

  /// The kernels that multiply the input, in contrast to the recurrent ones.
  package var kernels: [Int] { [kernel] + mirrored }
}
