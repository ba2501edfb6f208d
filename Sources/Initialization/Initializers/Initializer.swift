package import KerasArchitecture
package import Tensors

/// A Keras initializer: how it fills a tensor, and what the result should look like.
///
/// A new initializer is one type in this folder and its line in `InitializerCatalog`.
package protocol Initializer: Sendable {
  /// The names it goes by in JSON, the class name first.
  static var names: [String] { get }

  /// Whether it draws random numbers, and so takes a seed.
  static var isRandom: Bool { get }

  /// Reads the configuration.
  init(_ config: InitializerConfig) throws(ArchitectureError)

  /// Why no tensor of this shape can be filled; `nil` if one can.
  func incompatibility(with target: InitializerTarget) -> String?

  /// The values.
  ///
  /// - Parameters:
  ///   - target: a tensor that is compatible.
  ///   - stream: where random numbers come from.
  /// - Returns: the values, not drawn yet.
  func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource

  /// What the values of a tensor look like.
  func expectation(for target: InitializerTarget) -> ValueExpectation

  /// The parameters, as Python would show them: `mean=0.0, stddev=0.05`.
  var parameters: String { get }

  /// How far Keras's own values of a type may be from these, as its arithmetic depends on the machine.
  func tolerance(_ dtype: DType) -> Double
}

extension Initializer {
  package static var isRandom: Bool { true }
  package func incompatibility(with target: InitializerTarget) -> String? { nil }
  package var parameters: String { "" }
  package func tolerance(_ dtype: DType) -> Double { 0 }

  /// `RandomNormal(mean=0.0, stddev=0.05)`.
  package var summary: String {
    parameters.isEmpty ? Self.names[0] : "\(Self.names[0])(\(parameters))"
  }
}
