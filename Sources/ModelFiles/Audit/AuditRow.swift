import Initialization
import KerasArchitecture
import SignalGraph
import Tensors
import WeightAudit
import WeightFiles

/// A tensor of a file, with what its model says of it.
struct AuditRow {
  /// Its index in the catalog.
  let index: Int
  let layer: String
  /// The model inside the model that the layer is in.
  let submodel: String?
  let variable: String
  let role: WeightRole?
  let units: UnitLayout?
  /// The kernel or embedding as matrices, or why it is none; `nil` of anything else.
  let matrix: Result<MatrixLayout, NoMatrix>?
  /// The weight's index in the graph; `nil` without an architecture.
  let weight: Int?
  let isTrainable: Bool
  /// Whether the model has it, if there is one.
  let isOfModel: Bool
  let expected: ExpectedWeight?
  /// The type that the model declares; `nil` without an architecture.
  let declaredDType: DType?
  /// The layer's class as the file's names tell it.
  let unit: String

  func audited(_ measurements: TensorMeasurements, _ catalog: WeightCatalog) -> AuditedTensor {
    let tensor = catalog.tensors[index]
    let declaration = expected.map { expected in
      TensorDeclaration(
        initializer: expected.initializer, expectations: expected.expectations,
        alternatives: expected.alternatives.map { .init(name: $0.name, deviation: $0.deviation) },
        constantParts: expected.constantParts.map { .init(count: $0.count, value: $0.value) })
    }
    return AuditedTensor(
      AuditedTensor.Name(path: tensor.path, layer: layer, variable: variable, submodel: submodel),
      spec: tensor.spec, role: role,
      model: AuditedTensor.ModelFacts(
        weight: weight, isTrainable: isTrainable, isOfModel: isOfModel, declaration: declaration),
      measurements: measurements)
  }
}

extension AuditRow {
  /// A line about a weight that is declared as floating-point numbers, or must be such, and is stored as
  /// integers; `nil` of any other.
  func storedInteger(_ tensor: AuditedTensor) -> String? {
    let stored = tensor.spec.dtype
    guard !stored.isFloatingPoint else { return nil }
    if let declared = declaredDType {
      guard declared.isFloatingPoint else { return nil }
      return "\(tensor.name): stored as \(stored.rawValue), declared as \(declared.rawValue)"
    }
    // Quantized kernels have 8 bits or fewer; what a custom layer has is its own business.
    guard variable.hasSuffix("kernel"), Self.usualUnits.contains(unit), stored.byteCount > 1 else {
      return nil
    }
    return "\(tensor.name): a kernel, stored as \(stored.rawValue)"
  }

  /// Classes of Keras whose kernels are floating-point numbers.
  private static let usualUnits: Set = [
    "dense", "einsum_dense", "conv1d", "conv2d", "conv3d", "conv1d_transpose", "conv2d_transpose", "lstm",
    "gru",
    "lstm_cell", "gru_cell", "simple_rnn", "simple_rnn_cell", "separable_conv1d", "separable_conv2d",
    "depthwise_conv1d", "depthwise_conv2d",
  ]
}

extension StoredModel {
  /// Every tensor, in the order of the file.
  func auditRows() throws(ModelFileError) -> [AuditRow] {
    var expected = architecture.map(ExpectedWeight.all) ?? [:]
    if let architecture, let calibration = try catalog.calibration() {
      for (weight, factor) in calibration.byIndex(in: architecture) {
        expected[weight] = expected[weight]?.scaled(by: factor)
      }
    }
    let unitAxes = architecture?.signals.unitAxes ?? [:]
    let flattened = architecture?.signals.flattenedUnits ?? [:]
    let submodels = architecture?.submodels ?? [:]
    let nameByWeight = Dictionary((architecture?.namedWeights ?? []).map { ($0.weight, $0.name) }) { $1 }
    let listing = TensorListing(self).rows
    let repeated = Dictionary(grouping: listing) { "\($0.layer)/\($0.name)" }.filter { $0.value.count > 1 }
    return listing.map { row in
      let weight = row.weight?.creationIndex
      // `attention/query`: an inner layer's name alone may be that of many.
      let path = weight.flatMap { nameByWeight[$0] }?.split(separator: "/").dropLast().joined(separator: "/")
      return AuditRow(
        index: row.index,
        layer: path.flatMap { $0.isEmpty ? nil : $0 }
          ?? (repeated["\(row.layer)/\(row.name)"] == nil ? row.layer : place(row.index)),
        submodel: weight.flatMap { submodels[$0] }, variable: row.name, role: row.role,
        units: Self.units(
          catalog.tensors[row.index].spec.shape.dimensions, row.role,
          axis: weight.flatMap { unitAxes[$0] } ?? -1, channels: weight.flatMap { flattened[$0] }),
        matrix: row.matrix(catalog.tensors[row.index].spec, in: path ?? row.layer),
        weight: weight, isTrainable: row.weight?.isTrainable ?? true,
        isOfModel: architecture == nil || weight != nil, expected: weight.flatMap { expected[$0] },
        declaredDType: row.weight?.spec.dtype, unit: row.unit)
    }
  }

  private static func units(_ shape: [Int], _ role: WeightRole?, axis: Int, channels: Int?) -> UnitLayout? {
    switch role {
    case .embeddings: return UnitLayout(shape, axis: 0)
    case .kernel, .recurrentKernel:
      return shape.count < 2 ? nil : UnitLayout(shape, axis: axis, channels: channels)
    default: return nil
    }
  }

  /// Where a tensor lies, for layers that go by one name: `layers/bidirectional/forward_layer/cell`.
  private func place(_ index: Int) -> String {
    let parts = catalog.tensors[index].path.split(separator: "/").dropLast()
    return (parts.last == "vars" ? parts.dropLast() : parts).joined(separator: "/")
  }
}

extension Architecture {
  /// The innermost model inside the model that each weight is in, by the weight's index.
  fileprivate var submodels: [Int: String] {
    var result: [Int: String] = [:]
    func visit(_ node: LayerNode, _ path: String, _ model: String?) {
      for weight in node.ownWeights { result[weight.creationIndex] = model }
      for children in node.children {
        let inner = children.attribute == "layers" ? path : model
        for child in children.nodes { visit(child, "\(path)/\(child.name)", inner) }
      }
    }
    for layer in layers { visit(layer, layer.name, nil) }
    return result
  }
}

extension SignalGraph {
  /// The axis that counts units, by the kernel's index.
  fileprivate var unitAxes: [Int: Int] {
    var axes: [Int: Int] = [:]
    for node in nodes {
      if case .linear(let map) = node.operation { axes[map.weight] = map.unitAxis }
    }
    return axes
  }
}

extension SignalGraph {
  /// How many units come in to each kernel behind a flattening, by the kernel's index.
  fileprivate var flattenedUnits: [Int: Int] {
    var units: [Int: Int] = [:]
    var behind: [Int?] = []
    for node in nodes {
      let before = node.inputs.first.flatMap { behind[$0] }
      switch node.operation {
      case .flatten(let units, _): behind.append(units)
      case .activation, .dropout, .affine: behind.append(before)
      case .linear(let map):
        units[map.weight] = before
        behind.append(nil)
      default: behind.append(nil)
      }
    }
    return units
  }
}
