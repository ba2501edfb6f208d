import Failures
import OrderedJSON
import Tensors
import Testing

@testable import KerasArchitecture

@Suite struct InputShapeTests {
  @Test(
    arguments: [
      ("20", [20]), ("None,30", [nil, 30]), ("(224, 224, 3)", [224, 224, 3]), ("[5,]", [5]), ("a=20", [20]),
      ("a/b=null,4", [nil, 4]), ("()", []),
    ] as [(String, [Int?])])
  func `sizes are read`(text: String, sizes: [Int?]) throws {
    let shape = try InputShape(text)
    #expect(shape.dimensions == sizes)
    #expect(shape.input == (text.contains("=") ? String(text.prefix { $0 != "=" }) : nil))
  }

  @Test(arguments: ["0", "-3", "x", "=20", "20,,3", "a=b", "9223372036854775808", "1.5"])
  func `what is no shape is refused`(text: String) {
    #expect(throws: ConfigOverrideError.self) { try InputShape(text) }
  }

  private func architecture(_ document: String, _ shapes: String...) throws -> Architecture {
    try ArchitectureReader.read(JSONParser.parse(document), inputShapes: shapes.map { try InputShape($0) })
  }

  private func kernels(_ document: String, _ shapes: String...) throws -> [Shape] {
    try ArchitectureReader.read(
      JSONParser.parse(document), inputShapes: shapes.map { try InputShape($0) }
    ).weights.map(\.spec.shape).filter { $0.rank > 1 }
  }

  private let dense = #"{"class_name": "Dense", "config": {"name": "d", "units": 3}}"#

  @Test func `each form of a sequence takes a shape`() throws {
    for (version, config) in [
      ("3.15.1", #"{"name": "s", "layers": [\#(dense)]}"#),
      ("2.2.4", #"{"name": "s", "layers": [\#(dense)]}"#),
      ("2.0.6", "[\(dense)]"), ("2.15.0", #"{"name": "s", "layers": [\#(dense)]}"#),
    ] {
      let document = #"{"class_name": "Sequential", "keras_version": "\#(version)", "config": \#(config)}"#
      #expect(try kernels(document, "7") == [[7, 3]], "\(version)")
      #expect(try kernels(document, "d=7") == [[7, 3]], "\(version)")
      // Keras can make the model of the result.
      let again = try architecture(document, "7").document
      #expect(try ArchitectureReader.read(again).weights.count == 2, "\(version)")
    }
    #expect(try kernels(#"{"layers": [{"class_name": "Dense", "units": 3}]}"#, "7") == [[7, 3]])
  }

  @Test func `the inputs of a graph are completed by their names`() throws {
    let document = #"""
      {"class_name": "Functional", "keras_version": "2.15.0", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "name": "a", "inbound_nodes": [], "config": {"name": "a", "batch_input_shape": [null, null]}},
        {"class_name": "InputLayer", "name": "b", "inbound_nodes": [], "config": {"name": "b", "batch_input_shape": [null, 5]}},
        {"class_name": "Dense", "name": "d", "inbound_nodes": [[["a", 0, 0, {}]]], "config": {"name": "d", "units": 3}},
        {"class_name": "Dense", "name": "e", "inbound_nodes": [[["b", 0, 0, {}]]], "config": {"name": "e", "units": 2}}
      ], "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["d", 0, 0], ["e", 0, 0]]}}
      """#
    #expect(try kernels(document, "a=4") == [[4, 3], [5, 2]])
    for (shape, reason) in [
      ("4", "several inputs"), ("c=4", "no input of that name; it has \"a\", \"b\""),
      ("b=4", "the input \"b\" has the shape (None, 5)"), ("a=4,4", "has the shape (None, None)"),
    ] {
      let error = #expect(throws: ArchitectureError.self) { try architecture(document, shape) }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `records of shapes that a change makes wrong are left out`() throws {
    let document = #"""
      {"module": "keras", "class_name": "Sequential", "keras_version": "3.15.1", "config": {"name": "s", "build_input_shape": [null, 5], "layers": [
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "a", "units": 7}, "registered_name": null, "build_config": {"input_shape": [null, 5]}},
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "b", "units": 3}, "registered_name": null, "build_config": {"input_shape": [null, 7]}}]}}
      """#
    let changed = try ArchitectureReader.read(
      JSONParser.parse(document), overrides: [ConfigOverride("a.units=9")])
    #expect(changed.weights.map(\.spec.shape).filter { $0.rank > 1 } == [[5, 9], [9, 3]])
    #expect(!changed.document.pythonText().contains("build_config"))
    let same = try ArchitectureReader.read(
      JSONParser.parse(document), overrides: [ConfigOverride("a.use_bias=false")])
    #expect(same.document.pythonText().contains("build_config"))
  }
}
