import OrderedJSON
import Tensors
import TestSupport
import Testing

@testable import KerasArchitecture

/// Architectures that real Keras printed, against what real Keras made of them.
@Suite struct GoldenArchitectureTests {
  private static let cases = Fixtures.folders(in: "plans").flatMap { keras in
    Fixtures.names(in: "plans/\(keras)").map { "\(keras)/\($0)" }
  }

  @Test func `there are cases`() { #expect(Self.cases.count > 155) }

  @Test(arguments: cases)
  func `layers, shapes and weights are Keras's`(name: String) throws {
    let architecture = try ArchitectureReader.read(
      JSONParser.parse(Fixtures.bytes("architectures/\(name).json")))
    let golden = try JSONParser.parse(Fixtures.bytes("plans/\(name).json"))
    let expected = golden["layers"]?.arrayValue ?? []
    #expect(architecture.layers.map(\.name) == expected.compactMap { $0["name"]?.stringValue })
    for (layer, expected) in zip(architecture.layers, expected) {
      let names = storedNames(layer, architecture.generation)
      #expect(
        layer.legacyWeights.map { describe($0, names[$0.creationIndex] ?? $0.name) }
          == (expected["weights"]?.arrayValue ?? []).map(describe))
      if let shapes = expected["output_shapes"]?.arrayValue {
        // Of a function of TensorFlow wtool may know more.
        let ours = zip(layer.outputShapes, shapes).map { ours, theirs in
          JSONValue.array(
            zip(ours.dimensions, theirs.arrayValue ?? []).map { size, golden in
              golden.isNull ? .null : size.map { JSONValue($0) } ?? .null
            })
        }
        #expect(ours == shapes, "\(layer.name)")
        #expect(layer.outputShapes.map(\.rank) == shapes.map { $0.arrayValue?.count ?? -1 }, "\(layer.name)")
      }
    }
    #expect(architecture.weights.reduce(0) { $0 + $1.spec.elementCount } == golden["parameters"]?.intValue)
  }

  /// Keras 1 joins the names of layer and weight; the others are told by the weight's alone.
  private func storedNames(_ layer: LayerNode, _ generation: KerasGeneration) -> [Int: String] {
    guard generation.family == .keras1 else { return [:] }
    var names: [Int: String] = [:]
    func add(_ node: LayerNode, _ name: String) {
      for weight in node.ownWeights { names[weight.creationIndex] = "\(name)_\(weight.name)" }
      for children in node.children {
        for child in children.nodes { add(child, children.attribute == "cell" ? name : child.name) }
      }
    }
    add(layer, layer.name)
    return names
  }

  private func describe(_ weight: WeightDeclaration, _ name: String) -> String {
    "\(name) \(weight.spec.shape.dimensions) \(weight.spec.dtype) \(weight.isTrainable)"
  }

  /// The tree of objects that Keras itself wrote, dataset by dataset.
  @Test(arguments: cases.filter { $0.hasPrefix("keras2/") || $0.hasPrefix("keras3/") })
  func `objects are Keras's`(name: String) throws {
    let architecture = try ArchitectureReader.read(
      JSONParser.parse(Fixtures.bytes("architectures/\(name).json")))
    let golden = try JSONParser.parse(Fixtures.bytes("plans/\(name).json"))
    let expected = try #require(golden["objects"]?.objectValue).members.map { member in
      "\(member.key) \(member.value.arrayValue?.compactMap(\.intValue) ?? [])"
    }
    let ours = architecture.model.objects.flatMap { object in
      object.weights.enumerated().map { "\(object.path)/vars/\($0) \($1.spec.shape.dimensions)" }
    }
    #expect(ours.sorted() == expected.sorted())
  }

  private func describe(_ golden: JSONValue) -> String {
    let fields = golden.arrayValue ?? []
    guard fields.count == 5 else { return "" }
    let shape = fields[1].arrayValue?.compactMap(\.intValue) ?? []
    return
      "\(fields[0].stringValue ?? "") \(shape) \(fields[2].stringValue ?? "") \(fields[3].boolValue ?? false)"
  }
}
