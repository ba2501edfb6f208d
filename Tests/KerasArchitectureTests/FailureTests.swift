import Failures
import OrderedJSON
import Tensors
import Testing

@testable import KerasArchitecture

/// The errors of the target have a kind, a place and a reason, which their descriptions put together.
@Suite struct FailureTests {
  private func error(_ text: String) throws -> ArchitectureError {
    let document = try JSONParser.parse(text)
    let error = #expect(throws: ArchitectureError.self) { _ = try ArchitectureReader.read(document) }
    return try #require(error)
  }

  @Test func `an unknown class is unsupported`() throws {
    let error = try error(#"{"input_shape": [3], "layers": [{"class_name": "Mine", "name": "m"}]}"#)
    #expect(error.kind == .unsupported)
    #expect(error.place == "layers[0].class_name")
    #expect("\(error)" == "layers[0].class_name: \(error.reason)")
  }

  @Test func `a wrong field is malformed`() throws {
    let error = try error(#"{"input_shape": [3], "layers": [{"class_name": "Dense", "units": 0}]}"#)
    #expect(error.kind == .malformed)
    #expect(error.place == #"layers[0].units "dense" (Dense)"#)
  }

  @Test func `an error without a place is its reason`() throws {
    let error = try error("7")
    #expect(error.place == nil)
    #expect("\(error)" == error.reason)
  }

  @Test func `an override that cannot be parsed is an error of usage`() throws {
    let error = #expect(throws: ConfigOverrideError.self) { _ = try ConfigOverride("dense") }
    #expect(error?.kind == .usage)
    #expect(error.map { "\($0)" } == error?.reason)
  }

  @Test func `a file of another model does not match`() throws {
    let architecture = try ArchitectureReader.read(
      JSONParser.parse(#"{"input_shape": [3], "layers": [{"class_name": "Dense", "units": 2}]}"#))
    func file(_ shapes: [Shape]) -> TensorTree {
      let tensors = shapes.enumerated().map { index, shape in
        TensorTree.Tensor(name: "\(index)", shape: shape, dtype: .float32, index: index)
      }
      let layer = TensorTree(form: .layerList, name: "d", unit: "d", tensors: tensors, branches: [])
      return TensorTree(
        form: .layerList, name: "", unit: "", tensors: [],
        branches: [.init(attribute: "layers", isList: true, layers: [layer])])
    }
    let place = #""dense" ("d" in the file)"#
    #expect(try StoredMatch(architecture, file([[3, 2], [2]])).tensors.count == 2)
    let missing = #expect(throws: StoredMismatch.self) { try StoredMatch(architecture, file([[3, 2]])) }
    #expect(missing?.kind == .mismatch)
    #expect(missing.map { "\($0)" } == "\(place): 1 weight in the file, 2 in the model")
    let other = #expect(throws: StoredMismatch.self) { try StoredMatch(architecture, file([[4, 2], [2]])) }
    #expect(
      other.map { "\($0)" }
        == "\(place): `kernel` has the shape (4, 2) in the file and (3, 2) in the model")
  }
}
