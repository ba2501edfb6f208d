/// What a node does to its signal.
package enum SignalOperation: Sendable, Hashable {
  /// Data from outside, taken to have unit mean square once it is preprocessed.
  case source
  case linear(LinearMap)
  case activation(Activation)
  case normalization(Normalization)
  case add
  case average
  /// Each input is repeated so often to the shape of the product; no numbers where they are not known.
  case multiply(repeats: [Int])
  /// So many channels of each input side by side; no sizes where they are not known.
  case concatenate(sizes: [Int])
  /// Rearranges, repeats, pads, crops or picks values; the scale stays.
  case passThrough
  /// Moves, repeats or drops whole places: each unit stays what it is.
  case places
  /// Puts all places side by side, so many units of each; `nil` if their number is not known.
  case flatten(units: Int?)
  /// Sets a share of the values to zero and makes up for it.
  case dropout(rate: Double)
  /// A factor and an offset for all values.
  case affine(scale: Double, offset: Double)
  /// A learnt factor for each channel.
  case scaling(weight: Int)
  case meanPool(PoolingWindow?)
  case maxPool(PoolingWindow?)
  /// The larger, or the smaller, of several signals.
  case extremum
  /// A weighted mean over so many positions, weighted by what these kernels make of the signals.
  case attention(positions: Int?, kernels: [Int])
  case recurrence(Recurrence)
  /// A table look-up: the signal is the table's own.
  case lookup(weight: Int)
  /// Nothing is known of the result, but these kernels, if any, go into it.
  case opaque(kernels: [Int])

  package static let opaque = SignalOperation.opaque(kernels: [])
}

extension SignalOperation {
  /// The weights that connect units here.
  package var kernels: [Int] {
    switch self {
    case .linear(let map): [map.weight]
    case .lookup(let weight): [weight]
    case .recurrence(let recurrence): recurrence.kernels
    case .attention(_, let kernels), .opaque(let kernels): kernels
    default: []
    }
  }
}

/// Each output is a sum over `fanIn` products of an input and a weight.
package struct LinearMap: Sendable, Hashable {
  /// The number of the weight in the order of creation.
  package let weight: Int
  /// How many inputs reach one output.
  package let fanIn: Int
  /// How many outputs one input reaches, on average: positions that a stride skips count as parts.
  package let fanOut: Double
  /// How many units compute from the same inputs: fewer than two cannot be symmetric.
  package let unitCount: Int
  /// The axis of the weight, from the end, that counts units: −1, or −2 of a transposed convolution.
  package let unitAxis: Int
  /// The number of the weight that is added to the sums, if there is one.
  package let bias: Int?
  /// The share of the window that lies within the map, on average: below one where zeros are padded.
  package let coverage: Double
  /// Whether an output sees one channel only, as in a depthwise convolution.
  package let isDepthwise: Bool

  /// - Parameters:
  ///   - weight: the number of the kernel.
  ///   - fanIn: how many inputs reach one output.
  ///   - fanOut: how many outputs one input reaches; the units by default, as in a dense layer.
  ///   - unitCount: how many units compute from the same inputs.
  ///   - unitAxis: the kernel's axis that counts units, from the end.
  ///   - bias: the number of the bias.
  ///   - coverage: the share of the window within the map.
  ///   - isDepthwise: whether an output sees one channel only.
  package init(
    weight: Int, fanIn: Int, fanOut: Double? = nil, unitCount: Int, unitAxis: Int = -1, bias: Int? = nil,
    coverage: Double = 1, isDepthwise: Bool = false
  ) {
    self.weight = weight
    self.fanIn = fanIn
    self.fanOut = fanOut ?? Double(unitCount)
    self.unitCount = unitCount
    self.unitAxis = unitAxis
    self.bias = bias
    self.coverage = coverage
    self.isDepthwise = isDepthwise
  }
}

/// Brings a signal to unit variance, then scales and shifts it.
package struct Normalization: Sendable, Hashable {
  /// Over what the mean and the variance are taken.
  package enum Kind: Sendable, Hashable {
    /// The samples of a batch, for each channel.
    case batch
    /// The units of one sample.
    case layer
    /// So many units of one sample at all places.
    case group(units: Int)
    /// The units of one sample, their mean left where it is.
    case rootMeanSquare
    /// The units of one sample, of which there are so many, to unit length.
    case unitLength(Int)
  }

  package let kind: Kind
  /// The numbers of the learnt factor and offset, if there are such.
  package let scale: Int?
  package let offset: Int?
  /// What is added to the variance.
  package let epsilon: Double

  package init(_ kind: Kind, scale: Int? = nil, offset: Int? = nil, epsilon: Double = 1e-3) {
    self.kind = kind
    self.scale = scale
    self.offset = offset
    self.epsilon = epsilon
  }
}

/// A window that is reduced to one value.
package struct PoolingWindow: Sendable, Hashable {
  /// How many positions it covers.
  package let count: Int
  /// How many positions lie in one step of it.
  package let stride: Int
  /// Whether it covers everything, so that one place is left.
  package let isGlobal: Bool

  package init(count: Int, stride: Int) {
    self.count = count
    self.stride = stride
    isGlobal = false
  }

  /// A window over everything.
  package init(global count: Int) {
    self.count = count
    stride = count
    isGlobal = true
  }
}

/// A cell that is applied to each step of a sequence.
package struct Recurrence: Sendable, Hashable {
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

  package let cell: Cell
  /// The numbers of the weights.
  package let kernel, recurrentKernel: Int
  package let bias: Int?
  /// Kernels of the cell that reads the sequence the other way round and whose outputs are put beside this one's.
  package let mirrored: [Int]
  package let inputs, units: Int
  /// How long the sequence is; `nil` if that is not known.
  package let steps: Int?
  /// Whether each step's output is handed on, rather than the last one's.
  package let returnsSequences: Bool
  /// Whether some inputs or states are dropped while it is trained, which tells units apart.
  package let hasDropout: Bool
  package let activation, recurrentActivation: Activation

  package init(
    _ cell: Cell, kernel: Int, recurrentKernel: Int, bias: Int?, mirrored: [Int] = [], inputs: Int,
    units: Int,
    steps: Int?, returnsSequences: Bool, hasDropout: Bool = false, activation: Activation,
    recurrentActivation: Activation
  ) {
    self.cell = cell
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
    self.mirrored = mirrored
    self.inputs = inputs
    self.units = units
    self.steps = steps
    self.returnsSequences = returnsSequences
    self.hasDropout = hasDropout
    self.activation = activation
    self.recurrentActivation = recurrentActivation
  }

  /// With another cell that reads the sequence the other way round.
  package func mirrored(by other: Recurrence) -> Recurrence {
    Recurrence(
      cell, kernel: kernel, recurrentKernel: recurrentKernel, bias: bias, mirrored: mirrored + other.kernels,
      inputs: inputs, units: units, steps: steps, returnsSequences: returnsSequences, hasDropout: hasDropout,
      activation: activation,
      recurrentActivation: recurrentActivation)
  }

  /// The kernels that see the signal; the recurrent ones see what the cell makes of it.
  package var kernels: [Int] { [kernel] + mirrored }
}
