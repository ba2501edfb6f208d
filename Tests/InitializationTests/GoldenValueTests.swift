import KerasArchitecture
import OrderedJSON
import RandomStreams
import Tensors
import TestSupport
import Testing

@testable import Initialization

/// Whole models: after `set_random_seed(123)` real Keras on TensorFlow drew these values.
@Suite struct GoldenValueTests {
  private static let cases = ["keras2", "keras3"].flatMap { keras in
    Fixtures.names(in: "plans/\(keras)").filter { $0 != "resnet50" }.map { "\(keras)/\($0)" }
  }

  @Test(arguments: cases)
  func `every weight has Keras's bits`(name: String) throws {
    let architecture = try ArchitectureReader.read(
      JSONParser.parse(Fixtures.bytes("architectures/\(name).json")))
    let plan = try PlanBuilder.plan(architecture, seed: 123, backend: .tensorflow)
    let golden = try JSONParser.parse(Fixtures.bytes("plans/\(name).json"))
    for (layer, expected) in zip(architecture.layers, golden["layers"]?.arrayValue ?? []) {
      for (declaration, fields) in zip(layer.legacyWeights, expected["weights"]?.arrayValue ?? []) {
        // Orthogonal kernels depend on the machine's own QR in their last bits.
        guard let digest = fields.arrayValue?.last?.stringValue else { continue }
        let weight = try #require(plan.weight(declaration))
        let target = try InitializerTarget(shape: declaration.spec.shape, dtype: declaration.spec.dtype)
        #expect(
          try SHA256.hexDigest(weight.source.bytes(target)) == digest, "\(layer.name)/\(declaration.name)")
      }
    }
  }
}
