package import KerasArchitecture
package import Tensors

/// `Ones`: every value is 1.
package struct Ones: Initializer {
  package static let names = ["Ones", "ones", "one"]
  package static let isRandom = false

  package init(_ config: InitializerConfig) throws(ArchitectureError) { try config.allow([]) }

  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    .blocks(ConstantFiller(element: target.dtype.bytes(of: 1)))
  }

  package func expectation(for target: InitializerTarget) -> ValueExpectation { .constant(1) }
}
