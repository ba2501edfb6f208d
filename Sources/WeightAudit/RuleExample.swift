import SignalGraph
import Tensors

/// Small tensors that a rule must find something in, or must pass over.
package struct RuleExample: Sendable {
  /// What the example shows, in a few words.
  package let title: String
  /// Whether the rule must find something.
  package let triggers: Bool
  let tensors: [ExampleTensor]
  let assumed: AuditState.Value?
  let iterations: Int?

  private init(
    _ title: String, _ triggers: Bool, _ tensors: [ExampleTensor], _ assumed: AuditState.Value?,
    _ iterations: Int?
  ) {
    self.title = title
    self.triggers = triggers
    self.tensors = tensors
    self.assumed = assumed
    self.iterations = iterations
  }

  static func found(
    _ title: String, _ tensors: [ExampleTensor], assumed: AuditState.Value? = nil, iterations: Int? = nil
  ) -> RuleExample {
    RuleExample(title, true, tensors, assumed, iterations)
  }

  static func passed(
    _ title: String, _ tensors: [ExampleTensor], assumed: AuditState.Value? = nil, iterations: Int? = nil
  ) -> RuleExample {
    RuleExample(title, false, tensors, assumed, iterations)
  }

  /// The example as if it had been read from a file.
  package func model() -> AuditedModel {
    AuditedModel(tensors: tensors.map { $0.audited() }, iterations: iterations, assumed: assumed)
  }
}

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
  private let dtype: DType
  private let declaration: AuditedTensor.Declaration?
  private let surroundings: AuditedTensor.Surroundings?

  /// - Parameters:
  ///   - name: layer and variable, `dense/kernel`.
  ///   - role: what it is to its layer.
  ///   - shape: its sizes.
  ///   - values: what it holds.
  ///   - dtype: of what type.
  ///   - initializer: what it is declared to be filled by.
  ///   - declared: what that makes of it; `nil` where nothing is declared.
  ///   - surroundings: what follows it.
  ///   - change: what happened to the values afterwards.
  init(
    _ name: String, _ role: WeightRole, _ shape: [Int], _ values: Values, dtype: DType = .float32,
    initializer: String = "GlorotUniform", declared: ValueExpectation? = nil,
    surroundings: AuditedTensor.Surroundings? = nil, _ change: (inout [Double]) -> Void = { _ in }
  ) {
    self.name = name
    self.role = role
    self.shape = shape
    self.dtype = dtype
    self.surroundings = surroundings
    declaration = declared.map { AuditedTensor.Declaration(initializer: initializer, expectations: [$0]) }
    let count = shape.reduce(1, *)
    var drawn: [Double]
    switch values {
    case .constant(let value): drawn = [Double](repeating: value, count: count)
    case .list(let list): drawn = list
    case .normal(let seed, let mean, let deviation):
      drawn = (0..<count).map { index in
        let radius = (-2 * Elementary.logarithm(1 - Self.unit(seed, 2 * index))).squareRoot()
        let angle = Elementary.cosine(2 * .pi * Self.unit(seed, 2 * index + 1))
        return mean + deviation * radius * angle
      }
    case .uniform(let seed, let range):
      drawn = (0..<count).map {
        range.lowerBound + (range.upperBound - range.lowerBound) * Self.unit(seed, $0)
      }
    }
    change(&drawn)
    self.values = drawn
  }

  /// In [0, 1).
  private static func unit(_ seed: UInt64, _ index: Int) -> Double {
    Double(Scramble.mix(Scramble.mix(seed) &+ UInt64(index)) >> 11) * 0x1p-53
  }

  func audited() -> AuditedTensor {
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
      name: name, path: name, layer: parts[0], variable: parts.last ?? name, role: role, spec: spec,
      declaration: declaration, surroundings: surroundings, measurements: Scanner.measureInMemory(request))
  }

  private var bytes: [UInt8] {
    values.flatMap { value -> [UInt8] in
      switch dtype {
      case .float64: withUnsafeBytes(of: value) { Array($0) }
      case .float16: withUnsafeBytes(of: HalfPrecision.float16(value)) { Array($0) }
      default: withUnsafeBytes(of: Float(value)) { Array($0) }
      }
    }
  }
}
