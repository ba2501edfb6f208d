package import KerasArchitecture
package import Tensors

/// `Zeros`: every value is 0.
package struct Zeros: Initializer {
  package static let names = ["Zeros", "zeros", "zero"]
  package static let isRandom = false

  package init(_ config: InitializerConfig) throws(ArchitectureError) { try config.allow([]) }

  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    .blocks(ConstantFiller(element: target.dtype.bytes(of: 0)))
  }

  package func expectation(for target: InitializerTarget) -> ValueExpectation { .constant(0) }
}
