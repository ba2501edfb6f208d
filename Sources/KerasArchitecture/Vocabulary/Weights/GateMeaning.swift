import Tensors

/// The weights of a cell as those of its gates.
struct GateMeaning {
  /// How the weights of gates are stored.
  enum Form {
    /// One kernel, one recurrent kernel and one bias, whose last axis holds the gates in their order.
    case joined
    /// Weights of each gate: `W_i`, `U_i`, `b_i`.
    case separate
    /// Joined, but each gate's kernel column by column, its recurrent kernel transposed, and two biases.
    case accelerated
  }

  /// `LSTM`, `GRU`, `SimpleRNN`, or another kind of cell.
  let kind: String
  /// The gates in the order of Keras 3.
  let gates: [String]
  let form: Form
  /// Whether each gate has a bias for the input and one for the state.
  var hasTwoBiases = false
  var kernel = KernelForm.plain
  var recurrentKernel = KernelForm.plain
  /// What the hard sigmoid of each gate divides by, which differs between versions.
  let divisors: [String: Double]

  /// What the weights of a layer mean.
  ///
  /// - Parameter find: a weight by its name in the vocabulary of Keras 3, or in Keras 1's for a single gate.
  /// - Returns: `nil` if it has no kernels of the form.
  func meaning(_ find: (String) -> WeightDeclaration?) -> WeightMeaning? {
    var meaning = WeightMeaning(kind: hasTwoBiases ? "\(kind) with two biases" : kind)
    if form == .separate {
      for gate in gates {
        guard let kernel = find("W_\(gate)"), let state = find("U_\(gate)"),
          self.kernel.fits(kernel.spec.shape), recurrentKernel.fits(state.spec.shape)
        else { return nil }
        meaning.add("\(gate)/kernel", kernel, divisor: divisors[gate], self.kernel)
        meaning.add("\(gate)/recurrent", state, divisor: divisors[gate], recurrentKernel)
        meaning.add("\(gate)/bias", find("b_\(gate)"), divisor: divisors[gate])
      }
      return meaning
    }
    guard let kernel = find("kernel"), let recurrentKernel = find("recurrent_kernel"),
      self.kernel.fits(kernel.spec.shape), self.recurrentKernel.fits(recurrentKernel.spec.shape)
    else { return nil }
    add(kernel, "kernel", self.kernel, isTransposed: false, to: &meaning)
    add(recurrentKernel, "recurrent", self.recurrentKernel, isTransposed: true, to: &meaning)
    if let bias = find("bias") { addBias(bias, to: &meaning) }
    return meaning
  }

  /// Adds a kernel with the columns of all gates.
  private func add(
    _ weight: WeightDeclaration, _ suffix: String, _ kernelForm: KernelForm, isTransposed: Bool,
    to meaning: inout WeightMeaning
  ) {
    let stored = kernelForm.canonical(
      TensorExpression<Int>.leaf(weight.creationIndex, weight.spec.shape))
    let axis = stored.shape.rank - 1
    let parts = stored.split(axis: axis, into: gates.count)
    var terms: [(name: String, divisor: Double?, value: TensorExpression<Int>)] = []
    var columns: [TensorExpression<String>] = []
    for (gate, part) in zip(gates, parts) {
      let name = "\(gate)/\(suffix)"
      let leaf = TensorExpression<String>.leaf(name, part.shape)
      terms.append((name, divisors[gate], accelerated(part, isTransposed, isStored: true)))
      columns.append(accelerated(leaf, isTransposed, isStored: false))
    }
    meaning.add(
      terms, weight,
      kernelForm.stored(.concatenated(columns, axis: axis), shape: weight.spec.shape))
  }

  /// The kernel of a gate between its accelerated form and the plain one.
  private func accelerated<Leaf>(
    _ kernel: TensorExpression<Leaf>, _ isTransposed: Bool, isStored: Bool
  ) -> TensorExpression<Leaf> {
    guard form == .accelerated else { return kernel }
    if isTransposed { return kernel.transposed([1, 0]) }
    let sizes = kernel.shape.dimensions
    return isStored
      ? kernel.reshaped([sizes[1], sizes[0]]).transposed([1, 0])
      : kernel.transposed([1, 0]).reshaped(sizes)
  }

  private func addBias(_ weight: WeightDeclaration, to meaning: inout WeightMeaning) {
    let stored = TensorExpression<Int>.leaf(weight.creationIndex, weight.spec.shape)
    let flat = weight.spec.elementCount
    guard form == .accelerated || hasTwoBiases else {
      let parts = stored.split(axis: 0, into: gates.count)
      meaning.add(
        zip(gates, parts).map { ("\($0)/bias", divisors[$0], $1) }, weight,
        .concatenated(zip(gates, parts).map { .leaf("\($0)/bias", $1.shape) }, axis: 0))
      return
    }
    let parts = stored.reshaped([flat]).split(axis: 0, into: 2 * gates.count)
    let (inputs, states) = (parts.prefix(gates.count), parts.suffix(gates.count))
    if hasTwoBiases {
      let names = gates.map { "\($0)/bias" } + gates.map { "\($0)/state_bias" }
      meaning.add(
        zip(names, parts).map { ($0, divisors[String($0.prefix { $0 != "/" })], $1) }, weight,
        TensorExpression.concatenated(zip(names, parts).map { .leaf($0, $1.shape) }, axis: 0)
          .reshaped(weight.spec.shape.dimensions))
    } else {
      // Two biases that are always added: half of their sum is as good for each.
      let halves = zip(gates, inputs).map {
        TensorExpression<String>.leaf("\($0)/bias", $1.shape).scaled(by: 0.5)
      }
      let terms = zip(gates, zip(inputs, states)).map { ("\($0)/bias", divisors[$0], $1.0 + $1.1) }
      meaning.add(terms, weight, .concatenated(halves + halves, axis: 0))
    }
  }
}
