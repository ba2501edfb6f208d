import SignalGraph
import Tensors

/// A tensor of an example.
struct ExampleTensor: Sendable {
  enum Values: Sendable {
    case constant(Double)
    case list([Double])
    /// Independent draws; equal seeds give equal ones.
    case normal(seed: UInt64, mean: Double = 0, deviation: Double)
    case uniform(seed: UInt64, ClosedRange<Double>)
  }

  private let name: String
  private let role: WeightRole
  private let shape: [Int]
  private let values: [Double]
  private let declared: TensorDeclaration?
  private var dtype = DType.float32
  /// What surrounds it in its graph; `nil` without an architecture.
  private(set) var context: LayerContext?

  /// - Parameters:
  ///   - name: layer and variable, `dense/kernel`.
  ///   - role: what it is to its layer.
  ///   - shape: its sizes.
  ///   - values: what it holds.
  ///   - declared: what its values should be; `nil` where nothing is declared.
  ///   - change: what happened to the values afterwards.
  init(
    _ name: String, _ role: WeightRole, _ shape: [Int], _ values: Values,
    declared: TensorDeclaration? = nil, _ change: (inout [Double]) -> Void = { _ in }
  ) {
    self.name = name
    self.role = role
    self.shape = shape
    self.declared = declared
    var drawn = values.drawn(count: shape.reduce(1, *))
    change(&drawn)
    self.values = drawn
  }

  /// The tensor in another type than float32.
  func stored(as dtype: DType) -> ExampleTensor {
    var result = self
    result.dtype = dtype
    return result
  }

  /// The tensor at a place in a graph, in which the weights' indices are those of the example's tensors.
  func placed(_ context: LayerContext) -> ExampleTensor {
    var result = self
    result.context = context
    return result
  }

  /// The tensor as if it had been read from a file.
  func audited(weight: Int) -> AuditedTensor {
    let parts = name.split(separator: "/").map(String.init)
    let layout =
      role.connectsUnits || role == .embeddings ? UnitLayout(shape, axis: role == .embeddings ? 0 : -1) : nil
    // The sizes of an example fit.
    guard let spec = try? TensorSpec(path: name, shape: Shape(shape), dtype: dtype) else {
      preconditionFailure("an example is too large")
    }
    let request = ScanRequest(
      spec: spec, source: .blocks(MemoryFiller(bytes: bytes, bytesPerElement: dtype.byteCount)), units: layout
    )
    return AuditedTensor(
      AuditedTensor.Name(path: name, layer: parts[0], variable: parts.last ?? name), spec: spec, role: role,
      model: AuditedTensor.ModelFacts(weight: weight, declaration: declared),
      // What is in memory can be read.
      measurements: (try? Scanner.measure(request)) ?? TensorMeasurements())
  }

  private var bytes: [UInt8] { values.flatMap(dtype.bytes(of:)) }
}

extension ExampleTensor.Values {
  fileprivate func drawn(count: Int) -> [Double] {
    switch self {
    case .constant(let value): return [Double](repeating: value, count: count)
    case .list(let list): return list
    case .normal(let seed, let mean, let deviation):
      return (0..<count).map { index in
        let radius = (-2 * Elementary.logarithm(1 - Self.unit(seed, 2 * index))).squareRoot()
        let angle = Elementary.cosine(2 * .pi * Self.unit(seed, 2 * index + 1))
        return mean + deviation * radius * angle
      }
    case .uniform(let seed, let range):
      return (0..<count).map {
        range.lowerBound + (range.upperBound - range.lowerBound) * Self.unit(seed, $0)
      }
    }
  }

  /// In [0, 1).
  private static func unit(_ seed: UInt64, _ index: Int) -> Double {
    Double(Scramble.mix(Scramble.mix(seed) &+ UInt64(index)) >> 11) * 0x1p-53
  }
}

extension TensorDeclaration {
  static func normal(deviation: Double) -> TensorDeclaration {
    TensorDeclaration(
      initializer: "GlorotUniform",
      expectations: [ValueExpectation(family: .normal, mean: 0, standardDeviation: deviation)])
  }

  /// Uniform on ±limit.
  static func uniform(limit: Double) -> TensorDeclaration {
    TensorDeclaration(
      initializer: "GlorotUniform",
      expectations: [
        ValueExpectation(
          family: .uniform, mean: 0, standardDeviation: limit / 3.0.squareRoot(), support: -limit...limit)
      ])
  }

  static func constant(_ value: Double) -> TensorDeclaration {
    TensorDeclaration(initializer: value == 0 ? "Zeros" : "Constant", expectations: [.constant(value)])
  }

  static func orthogonal(deviation: Double) -> TensorDeclaration {
    TensorDeclaration(
      initializer: "Orthogonal",
      expectations: [ValueExpectation(family: .orthogonal, mean: 0, standardDeviation: deviation)])
  }
}
