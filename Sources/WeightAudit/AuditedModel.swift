package import Tensors

/// A tensor of a file: what it is, what it should be and what was measured.
package struct AuditedTensor: Sendable {
  /// What an architecture says of the values.
  package struct Declaration: Sendable, Hashable {
    /// The initializer, as reports name it: `HeNormal`.
    package let initializer: String
    /// The values' distribution; several where versions of Keras disagree about fans. Empty where nothing is known.
    package let expectations: [ValueExpectation]
    /// The standard deviations that the usual initializers would give, by their names.
    package let alternatives: [Alternative]

    package struct Alternative: Sendable, Hashable {
      package let name: String
      package let deviation: Double

      package init(name: String, deviation: Double) {
        self.name = name
        self.deviation = deviation
      }
    }

    package init(initializer: String, expectations: [ValueExpectation], alternatives: [Alternative] = []) {
      self.initializer = initializer
      self.expectations = expectations
      self.alternatives = alternatives
    }
  }

  /// What follows the units of a kernel.
  package struct Surroundings: Sendable, Hashable {
    /// Whether a kernel lies behind it.
    package var isHidden = false
    /// Whether what it makes is added to another signal before any kernel.
    package var isResidualBranch = false
    /// Whether its units end in a ReLU, which passes nothing back from 0.
    package var feedsReLU = false
    /// Whether a normalisation lies between it and the ReLU.
    package var isNormalized = false
    /// The tensors, by number, of the kernels behind it.
    package var nextKernels: [Int] = []
    /// The tensors, by number, that weigh each of its units by one channel of theirs; empty if its units go elsewhere too.
    package var readers: [Int] = []
    /// The tensors, by number, that make the same units: what they make is added to what this one makes.
    package var peers: [Int] = []
    /// The tensors, by number, with one value for each unit that what is between takes: factors and offsets.
    package var parameters: [Int] = []
    /// The tensor, by number, that is added to its units' sums.
    package var bias: Int?
    /// Of a recurrent layer's kernel, the tensor, by number, that weighs the last step's outputs.
    package var recurrentKernel: Int?
    /// How many gates share the columns of a kernel.
    package var gateCount = 1
    /// Whether no input can be below zero.
    package var seesNonNegative = false
    /// Whether nothing but a ReLU takes its sums.
    package var isRectified = false
    /// How many inputs reach a unit, and how many units see the same inputs.
    package var fanIn = 0
    package var unitCount = 0

    package init() {}
  }

  /// As reports name it: `dense/kernel`.
  package let name: String
  /// Its path in the file.
  package let path: String
  package let layer: String
  /// The model inside the model that the layer is in, with which its name begins; `nil` if there is none.
  package let submodel: String?
  /// The variable's own name: `moving_variance`.
  package let variable: String
  /// `nil` if nothing tells.
  package let role: WeightRole?
  package let spec: TensorSpec
  package let isTrainable: Bool
  /// Whether the model has it: false for what a file has besides, as the second copy of a variable that two layers hold.
  package let isOfModel: Bool
  /// `nil` without an architecture.
  package let declaration: Declaration?
  /// Parts of constants, where several make the tensor: how many elements, of which value.
  package let constantParts: [(count: Int, value: Double)]
  /// `nil` without an architecture, or where the layer is no linear one.
  package let surroundings: Surroundings?
  /// The same of a recurrent layer's kernel, of whose units less is known.
  package let recurrence: Surroundings?
  package let measurements: TensorMeasurements

  package init(
    name: String, path: String, layer: String, submodel: String? = nil, variable: String, role: WeightRole?,
    spec: TensorSpec,
    isTrainable: Bool = true, isOfModel: Bool = true, declaration: Declaration? = nil,
    constantParts: [(count: Int, value: Double)] = [], surroundings: Surroundings? = nil,
    recurrence: Surroundings? = nil, measurements: TensorMeasurements
  ) {
    self.name = name
    self.path = path
    self.layer = layer
    self.submodel = submodel
    self.variable = variable
    self.role = role
    self.spec = spec
    self.isTrainable = isTrainable
    self.isOfModel = isOfModel
    self.declaration = declaration
    self.constantParts = constantParts
    self.surroundings = surroundings
    self.recurrence = recurrence
    self.measurements = measurements
  }

  /// Whether its values connect units.
  var isKernel: Bool { role?.connectsUnits == true && spec.shape.rank >= 2 }

  /// Whether a statement about distributions makes sense: the values are numbers, and finite.
  var isMeasurable: Bool {
    spec.dtype.isFloatingPoint && measurements.finiteCount == measurements.count && measurements.count > 0
  }

  /// How far values that were rounded to the tensor's type may be from those that were meant, relatively.
  var roundingTolerance: Double {
    switch spec.dtype {
    case .float16: 1e-3
    case .bfloat16: 8e-3
    default: 1e-5
    }
  }

  /// What it is declared to hold throughout, if it is no kernel: what the first step of training changes.
  var declaredConstants: [(count: Int, value: Double)] {
    guard role?.connectsUnits == false, role != .embeddings else { return [] }
    if !constantParts.isEmpty { return constantParts }
    guard case .constant(let value)? = declaration?.expectations.first?.family else { return [] }
    return [(measurements.count, value)]
  }

  /// Whether it still holds what it is declared to hold throughout; `nil` if nothing like that is declared.
  var holdsDeclaredConstants: Bool? {
    let parts = declaredConstants
    guard !parts.isEmpty, measurements.count > 0 else { return nil }
    func isEqual(_ value: Double, _ expected: Double) -> Bool {
      abs(value - expected) <= roundingTolerance * abs(expected)
    }
    if parts.count == 1 {
      guard let constant = measurements.constant else { return false }
      return isEqual(constant, parts[0].value)
    }
    // What several parts make is small enough to be kept whole.
    guard measurements.sample.count == measurements.count else { return nil }
    var start = 0
    for part in parts {
      let end = min(start + part.count, measurements.sample.count)
      guard measurements.sample[start..<end].allSatisfy({ isEqual($0, part.value) }) else { return false }
      start = end
    }
    return true
  }
}

/// What rules judge: a file's tensors, and what is known of their model.
package struct AuditedModel: Sendable {
  /// In the order of the file.
  package let tensors: [AuditedTensor]
  /// The graph, with what the weights were measured to be; `nil` without an architecture.
  package let measuredGraph: DeclaredModel?
  /// How many steps the optimizer has taken, if the file tells.
  package let iterations: Int?
  package let state: AuditState
  /// The type that the weights are meant to be converted to.
  package let targetDType: DType?
  /// Layers whose constants have moved.
  private let movedLayers: Set<String>
  private let tensorsByLayer: [String: [Int]]

  /// - Parameters:
  ///   - tensors: in the order of the file.
  ///   - measuredGraph: the graph, with measured weights.
  ///   - iterations: how many steps the optimizer has taken.
  ///   - assumed: the state that the user says it is in.
  ///   - targetDType: the type that the weights are meant to be converted to.
  package init(
    tensors: [AuditedTensor], measuredGraph: DeclaredModel? = nil, iterations: Int? = nil,
    assumed: AuditState.Value? = nil, targetDType: DType? = nil
  ) {
    self.tensors = tensors
    self.measuredGraph = measuredGraph
    self.iterations = iterations
    self.targetDType = targetDType
    state = AuditState(tensors, assumed: assumed)
    movedLayers = Set(tensors.filter { $0.holdsDeclaredConstants == false }.map(\.layer))
    tensorsByLayer = Dictionary(grouping: tensors.indices) { tensors[$0].layer }
  }

  /// Whether rules for fresh weights speak of a tensor.
  func isFresh(_ tensor: AuditedTensor) -> Bool {
    switch state.value {
    case .fresh: true
    case .mixed: !movedLayers.contains(tensor.layer)
    case .trained, .unknown: false
    }
  }

  /// Whether rules for trained weights speak of a tensor.
  func isTrained(_ tensor: AuditedTensor) -> Bool {
    switch state.value {
    case .trained: true
    case .mixed: movedLayers.contains(tensor.layer)
    case .fresh, .unknown: false
    }
  }

  /// The other tensors of a tensor's layer.
  func siblings(of tensor: AuditedTensor) -> [AuditedTensor] {
    (tensorsByLayer[tensor.layer] ?? []).map { tensors[$0] }.filter { $0.path != tensor.path }
  }
}
