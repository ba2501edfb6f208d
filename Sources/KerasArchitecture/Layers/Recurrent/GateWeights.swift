import OrderedJSON
import SignalGraph
import Tensors

/// The weights that all cells have: `gates · units` columns in both kernels.
struct GateWeights {
  let units: Int
  let kernel, recurrentKernel: InitializerReference
  let bias: BiasDeclaration
  let functions: GateFunctions
  private let separateGates: SeparateGates?
  /// Keras 1.2 fills both kernels of a gate by `init`: `inner_init` only counts if the gates are stored
  /// together.
  private let ignoresInnerInit: Bool

  /// - Parameters:
  ///   - config: the layer's configuration.
  ///   - gateNames: the names of the gates in Keras 1, in the order of its files.
  /// - Throws: what is wrong with a field.
  init(_ config: LayerConfig, gateNames: [String] = []) throws(ArchitectureError) {
    units = try config.positive("units")
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    recurrentKernel = try config.initializer("recurrent_initializer", default: "orthogonal")
    bias = try BiasDeclaration(config)
    functions = try GateFunctions(config)
    separateGates = config["consume_less"] == "gpu" ? nil : try SeparateGates(config, names: gateNames)
    ignoresInnerInit = config.generation.isAtLeast(1, 2)
  }

  /// Adds the weights gate by gate, if this Keras stores them so; otherwise returns false.
  func addGateByGate(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) -> Bool {
    guard let separateGates else { return false }
    let features = try call.knownSize(try call.input, axis: -1)
    try separateGates.add(
      units: units, ([features, units], kernel),
      ([units, units], ignoresInnerInit ? kernel : recurrentKernel),
      bias, weights)
    return true
  }

  /// What the weights mean.
  ///
  /// - Parameters:
  ///   - kind: the kind of cell.
  ///   - gates: the gates in the order of Keras 3.
  ///   - outputGate: the gate of the output, which has a function of its own.
  ///   - hasTwoBiases: whether each gate has a bias for the input and one for the state.
  ///   - layer: the cell.
  /// - Returns: `nil` if it has no kernel.
  func meaning(
    _ kind: String, gates: [String], outputGate: String, hasTwoBiases: Bool = false, of layer: Layer
  ) -> WeightMeaning? {
    var divisors: [String: Double] = [:]
    for gate in gates {
      divisors[gate] = gate == outputGate ? functions.divisors.output : functions.divisors.gates
    }
    return GateMeaning(
      kind: kind, gates: gates, form: separateGates == nil ? .joined : .separate,
      hasTwoBiases: hasTwoBiases, divisors: divisors
    ).meaning(layer.ownWeight)
  }

  /// The number of columns of a kernel that holds those of several gates.
  func columns(gates: Int, _ call: LayerCall) throws(ArchitectureError) -> Int {
    guard let columns = CheckedSize.product([gates, units]) else {
      throw call.error("`units` is too large: expected at most 2^56; found \(units)")
    }
    return columns
  }

  func addKernels(gates: Int, _ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let features = try call.knownSize(try call.input, axis: -1)
    let columns = try columns(gates: gates, call)
    try weights.add("kernel", .kernel, [features, columns], kernel)
    try weights.add("recurrent_kernel", .recurrentKernel, [units, columns], recurrentKernel)
  }
}
