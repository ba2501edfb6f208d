import OrderedJSON
import Tensors
import TestSupport
import Testing

@testable import KerasArchitecture

/// Architectures that real Keras printed, against what real Keras made of them.
@Suite struct GoldenArchitectureTests {
  private static let cases = ["keras2", "keras2.0.6", "keras2.2.4", "keras2.3.1", "keras3", "tf1.15"].flatMap
  { keras in
    Fixtures.names(in: "plans/\(keras)").map { "\(keras)/\($0)" }
  }

  @Test func `there are cases`() { #expect(Self.cases.count > 110) }

  @Test(arguments: cases)
  func `layers, shapes and weights are Keras's`(name: String) throws {
    let architecture = try ArchitectureReader.read(
      JSONParser.parse(Fixtures.bytes("architectures/\(name).json")))
    let golden = try JSONParser.parse(Fixtures.bytes("plans/\(name).json"))
    let expected = golden["layers"]?.arrayValue ?? []
    #expect(architecture.layers.map(\.name) == expected.compactMap { $0["name"]?.stringValue })
    for (layer, expected) in zip(architecture.layers, expected) {
      #expect(layer.legacyWeights.map(describe) == (expected["weights"]?.arrayValue ?? []).map(describe))
      if let shapes = expected["output_shapes"]?.arrayValue {
        let ours = layer.outputShapes.map {
          JSONValue.array($0.dimensions.map { $0.map { JSONValue($0) } ?? .null })
        }
        #expect(ours == shapes, "\(layer.name)")
      }
    }
    #expect(architecture.weights.reduce(0) { $0 + $1.spec.elementCount } == golden["parameters"]?.intValue)
  }

  private func describe(_ weight: WeightDeclaration) -> String {
    "\(weight.name) \(weight.spec.shape.dimensions) \(weight.spec.dtype) \(weight.isTrainable)"
  }

  private func describe(_ golden: JSONValue) -> String {
    let fields = golden.arrayValue ?? []
    guard fields.count == 5 else { return "" }
    let shape = fields[1].arrayValue?.compactMap(\.intValue) ?? []
    return
      "\(fields[0].stringValue ?? "") \(shape) \(fields[2].stringValue ?? "") \(fields[3].boolValue ?? false)"
  }
}
