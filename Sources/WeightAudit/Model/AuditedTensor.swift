package import Tensors

/// A tensor of a file: what it is, what it should be and what was measured.
package struct AuditedTensor: Sendable {
  /// What a tensor is called.
  package struct Name: Sendable, Hashable {
    let path: String
    let layer: String
    let variable: String
    let submodel: String?

    /// - Parameters:
    ///   - path: in the file.
    ///   - layer: the layer's name; empty if there is none.
    ///   - variable: the variable's own name: `moving_variance`.
    ///   - submodel: the model inside the model that the layer is in, with which the layer's name begins.
    package init(path: String, layer: String, variable: String, submodel: String? = nil) {
      self.path = path
      self.layer = layer
      self.variable = variable
      self.submodel = submodel
    }
  }

  /// What a model says of a tensor.
  package struct ModelFacts: Sendable {
    let weight: Int?
    let isTrainable: Bool
    let isOfModel: Bool
    let declaration: TensorDeclaration?

    /// - Parameters:
    ///   - weight: the tensor's index among the weights of the graph.
    ///   - isTrainable: whether an optimizer may change it.
    ///   - isOfModel: whether the model has it: false for what a file has besides.
    ///   - declaration: what its values should be.
    package init(
      weight: Int? = nil, isTrainable: Bool = true, isOfModel: Bool = true,
      declaration: TensorDeclaration? = nil
    ) {
      self.weight = weight
      self.isTrainable = isTrainable
      self.isOfModel = isOfModel
      self.declaration = declaration
    }
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
  package private(set) var role: WeightRole?
  package let spec: TensorSpec
  /// Its index among the weights of the graph; `nil` without an architecture, or if it is no weight of the
  /// model.
  package let weight: Int?
  package let isTrainable: Bool
  /// Whether the model has it: false for what a file has besides, as the second copy of a variable that two
  /// layers hold.
  package let isOfModel: Bool
  /// `nil` without an architecture.
  package let declaration: TensorDeclaration?
  package let measurements: TensorMeasurements

  /// Whether `adapt()` sets it before any training: what `Normalization` and look-up layers have seen of
  /// data.
  var isAdapted: Bool {
    role == .statistic && ["mean", "variance", "count", "idf_weights"].contains(variable)
  }

  /// - Parameters:
  ///   - name: what it is called.
  ///   - spec: its shape and type.
  ///   - role: what it is to its layer; `nil` if nothing tells.
  ///   - model: what the model says of it.
  ///   - measurements: of its values.
  package init(
    _ name: Name, spec: TensorSpec, role: WeightRole?, model: ModelFacts = ModelFacts(),
    measurements: TensorMeasurements
  ) {
    self.name = name.layer.isEmpty ? name.variable : "\(name.layer)/\(name.variable)"
    path = name.path
    layer = name.layer
    submodel = name.submodel
    variable = name.variable
    self.role = role
    self.spec = spec
    weight = model.weight
    isTrainable = model.isTrainable
    isOfModel = model.isOfModel
    declaration = model.declaration
    self.measurements = measurements
  }

  /// Whether its values connect units; integers do only where they are declared to.
  var isKernel: Bool {
    role?.connectsUnits == true && spec.shape.rank >= 2
      && (spec.dtype.isFloatingPoint || declaration != nil)
  }

  /// Whether it is a kernel or a table of embeddings.
  var isTable: Bool { isKernel || role == .embeddings }

  /// Whether a statement about distributions makes sense: the values are numbers, and finite.
  var isMeasurable: Bool {
    spec.dtype.isFloatingPoint && measurements.finiteCount == measurements.count && measurements.count > 0
  }

  /// The relative error that rounding to the tensor's type may have made.
  var roundingTolerance: Double {
    switch spec.dtype {
    case .float16: 1e-3
    case .bfloat16: 8e-3
    default: 1e-5
    }
  }

  /// The constants that it is declared to hold, if it is no kernel: what the first step of training changes.
  var declaredConstants: [TensorDeclaration.ConstantPart] {
    guard role?.connectsUnits == false, role != .embeddings, let declaration else { return [] }
    if !declaration.constantParts.isEmpty { return declaration.constantParts }
    guard case .constant(let value)? = declaration.expectations.first?.family else { return [] }
    return [TensorDeclaration.ConstantPart(count: measurements.count, value: value)]
  }

  /// Whether it still holds the constants that are declared; `nil` if none are.
  var holdsDeclaredConstants: Bool? {
    let parts = declaredConstants
    guard !parts.isEmpty, measurements.count > 0 else { return nil }
    func isEqual(_ value: Double, _ expected: Double) -> Bool {
      value == expected || abs(value - expected) <= roundingTolerance * abs(expected)
    }
    // Infinity that was declared has not been learned.
    if parts.count == 1, parts[0].value.isInfinite, measurements.infinityCount == measurements.count {
      return true
    }
    if parts.count == 1 {
      guard let constant = measurements.constant else { return false }
      return isEqual(constant, parts[0].value)
    }
    // A tensor of several parts is small enough for its sample to be all of it.
    guard measurements.sample.count == measurements.count else { return nil }
    var start = 0
    for part in parts {
      let end = min(start + part.count, measurements.sample.count)
      guard measurements.sample[start..<end].allSatisfy({ isEqual($0, part.value) }) else { return false }
      start = end
    }
    return true
  }

  /// The tensor as a number that belongs to each weight of a kernel, such as the bit widths of HGQ.
  var besideKernel: AuditedTensor {
    var result = self
    result.role = nil
    return result
  }

  /// Whether a quantizer as those of HGQ holds it, which have bit widths: by its layer's name, as no
  /// architecture says what it is.
  var isOfQuantizer: Bool {
    let name = layer.split(separator: "/").last ?? ""
    return declaration == nil && role != nil && name.lowercased().contains("point_quantizer")
  }

  /// Whether it may be such a list of numbers: no architecture says what it is, and no value is below zero.
  func mayBeBeside(_ kernel: AuditedTensor) -> Bool {
    declaration == nil && role == .kernel && measurements.range.map { $0.lowerBound >= 0 } == true
      && kernel.layer == layer && kernel.spec.shape == spec.shape
      && kernel.measurements.range.map { $0.lowerBound < 0 } == true
  }

  /// The share of zeros from which a kernel was pruned.
  static let prunedShare = 0.3

  /// Whether so many values are 0, and others are not, that someone must have set them so.
  var looksPruned: Bool {
    measurements.constant == nil
      && Double(measurements.zeroCount) > Self.prunedShare * Double(measurements.count)
  }
}
