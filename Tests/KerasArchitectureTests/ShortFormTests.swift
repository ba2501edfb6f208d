import OrderedJSON
import Tensors
import TestSupport
import Testing

@testable import KerasArchitecture

@Suite struct ShortFormTests {
  private func read(_ text: String) throws -> Architecture {
    try ArchitectureReader.read(JSONParser.parse(text))
  }

  @Test func `the short form becomes a Sequential of Keras 3`() throws {
    let architecture = try read(
      #"""
      {"input_shape": [784],
       "layers": [{"class_name": "Dense", "units": 128, "activation": "relu", "kernel_initializer": "he_normal"},
                  {"class_name": "Dropout", "rate": 0.2},
                  {"class_name": "Dense", "config": {"units": 10}, "name": "head"}]}
      """#)
    #expect(architecture.layers.map(\.name) == ["dense", "dropout", "head"])
    #expect(architecture.weights.map(\.spec.shape) == [[784, 128], [128], [128, 10], [10]])
    #expect(architecture.document["class_name"] == "Sequential")
    #expect(architecture.document["config"]?["layers"]?.arrayValue?.count == 4)
    // What was made is itself an architecture, and the same one.
    let again = try ArchitectureReader.read(architecture.document)
    #expect(again.weights.map(\.spec) == architecture.weights.map(\.spec))
  }

  @Test func `wrapped layers may be short too`() throws {
    let architecture = try read(
      #"""
      {"batch_shape": [null, 5, 3], "name": "m", "dtype": "float64",
       "layers": [{"class_name": "Bidirectional", "layer": {"class_name": "GRU", "units": 2}}]}
      """#)
    #expect(architecture.weights.map(\.spec.shape) == [[3, 6], [2, 6], [2, 6], [3, 6], [2, 6], [2, 6]])
    #expect(architecture.weights.allSatisfy { $0.spec.dtype == .float64 })
    #expect(architecture.model.name == "m")
  }
}

@Suite struct ShortFormSchemaTests {
  /// What editors offer is what can be read: every class but whole models and cells' own.
  @Test func `the schema lists the catalog`() throws {
    let schema = try JSONParser.parse(Fixtures.bytes("schema/short-form.schema.json"))
    let listed = schema["$defs"]?["layer"]?["properties"]?["class_name"]?["enum"]?.arrayValue?.compactMap(
      \.stringValue)
    #expect(listed == LayerCatalog.classNames.filter { !["Functional", "Model", "Sequential"].contains($0) })
  }

  @Test(arguments: Fixtures.names(in: "architectures/short"))
  func `the examples are read`(name: String) throws {
    let architecture = try ArchitectureReader.read(
      JSONParser.parse(Fixtures.bytes("architectures/short/\(name).json")))
    #expect(!architecture.weights.isEmpty)
  }

  /// The `.h5` files of Keras 3 have no modules: an operation looks like the layer of its name but for its
  /// operands.
  @Test func `an operation that is called like a layer takes its operands side by side`() throws {
    func tensor(_ name: String) -> String {
      #"{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "keras_history": ["\#(name)", 0, 0]}}"#
    }
    for operands in ["\(tensor("i")), \(tensor("d"))", "\(tensor("d")), 1.5"] {
      let architecture = try ArchitectureReader.read(
        JSONParser.parse(
          #"""
          {"class_name": "Functional", "config": {"name": "m", "layers": [
            {"class_name": "InputLayer", "name": "i", "config": {"batch_shape": [null, 4], "name": "i"}, "inbound_nodes": []},
            {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 4},
             "inbound_nodes": [{"args": [\#(tensor("i"))], "kwargs": {}}]},
            {"class_name": "Add", "name": "add", "config": {"name": "add"},
             "inbound_nodes": [{"args": [\#(operands)], "kwargs": {}}]},
            {"class_name": "Dense", "name": "e", "config": {"name": "e", "units": 3},
             "inbound_nodes": [{"args": [\#(tensor("add"))], "kwargs": {}}]}],
            "input_layers": [["i", 0, 0]], "output_layers": [["e", 0, 0]]}}
          """#))
      #expect(architecture.weights.map(\.spec.shape) == [[4, 4], [4], [4, 3], [3]])
    }
  }
}
