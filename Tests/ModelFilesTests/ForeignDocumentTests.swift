import Failures
import Foundation
import KerasArchitecture
import ModelFiles
import OrderedJSON
import Tensors
import TestSupport
import Testing
import WeightFiles

/// Texts that are models in another wrapping, or none.
@Suite struct ForeignDocumentTests {
  private static let model = #"""
    {"class_name": "Sequential", "config": {"name": "m", "layers": [
      {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3]}}]},
     "keras_version": "2.10.0", "backend": "tensorflow"}
    """#

  private func read(_ text: [UInt8]) throws(ModelFileError) -> ArchitectureInput {
    try ArchitectureInput("m", ModelDocument(text: text, kerasVersion: nil, isFile: true))
  }

  @Test func `a model in another wrapping is read`() throws {
    let twice = JSONValue.string(Self.model).pythonText()
    let tensorFlowJS =
      #"{"format": "layers-model", "modelTopology": {"keras_version": "2.10.0", "model_config": "#
      + Self.model + "}}"
    let config = try #require(try JSONParser.parse(Array(Self.model.utf8))["config"]).pythonText()
    let marked = Data([0xFF, 0xFE]) + (Self.model.data(using: .utf16LittleEndian) ?? Data())
    let swapped = Data([0xFE, 0xFF]) + (Self.model.data(using: .utf16BigEndian) ?? Data())
    let thrice = JSONValue.string(twice).pythonText()
    let twiceConfig = JSONValue.string(config).pythonText()
    // As TensorFlow.js itself saves it, without Python.
    let savedByJS =
      #"{"format": "layers-model", "weightsManifest": [], "modelTopology": "# + Self.model + "}"
    let plain = [twice, thrice, tensorFlowJS, savedByJS, config, twiceConfig].map { Array($0.utf8) }
    let texts = plain + [Array(marked), Array(swapped)]
    for text in texts {
      let architecture = try read(text).architecture
      #expect(architecture.generation.family == .tfKeras)
      #expect(architecture.weights.map(\.spec.shape.dimensions) == [[3, 2], [2]])
    }
  }

  @Test func `a functional configuration is one without its class`() throws {
    let text = #"""
      {"name": "f", "layers": [
        {"class_name": "InputLayer", "name": "i", "inbound_nodes": [],
         "config": {"name": "i", "batch_input_shape": [null, 3]}},
        {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2},
         "inbound_nodes": [[["i", 0, 0, {}]]]}],
       "input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}
      """#
    #expect(try read(Array(text.utf8)).architecture.model.className == "Functional")
  }

  @Test(arguments: [
    (#"{"model_type": "bert", "hidden_size": 768}"#, "Hugging Face"),
    (#"{"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}"#, "metadata.json"),
    (#"{"metadata": {}, "weight_map": {}}"#, "index of shards"),
    (#"{"format": "graph-model", "weightsManifest": []}"#, "TensorFlow.js graph model"),
  ])
  func `what is no model is told what it is`(text: String, words: String) {
    do throws(ModelFileError) {
      _ = try read(Array(text.utf8))
      Issue.record("it was read")
    } catch {
      #expect(error.kind == .unsupported)
      #expect(error.description.contains(words), "\(error)")
    }
  }

  /// The same models, as old versions of Keras printed them in both forms.
  @Test(arguments: ["keras2.0.9", "keras2.2.4", "tf1.15"])
  func `what Keras printed in YAML is what it printed in JSON`(version: String) throws {
    func read(_ suffix: String) throws -> ArchitectureInput {
      try self.read(Fixtures.bytes("yaml/\(version).\(suffix)"))
    }
    let (yaml, json) = (try read("yaml").architecture, try read("json").architecture)
    #expect(yaml.generation == json.generation)
    #expect(yaml.weights == json.weights)
    #expect(yaml.weights.count == 14)
    #expect(yaml.layers.map(\.name).contains("1e5"))
  }

  @Test func `what is wrong with YAML is told with its place`() {
    let text = "class_name: Sequential\nconfig:\n  - {class_name: Dense\n"
    do throws(ModelFileError) {
      _ = try read(Array(text.utf8))
      Issue.record("it was read")
    } catch {
      #expect(error.kind == .malformed)
      #expect(error.description.hasPrefix("m:4:1: "), "\(error)")
    }
  }

  @Test(arguments: [[0xFF, 0xFE], [0xFF, 0xFE, 0x7B], [0xFE, 0xFF, 0xD8, 0x00], [0xFF]] as [[UInt8]])
  func `bytes that are no text are an error`(text: [UInt8]) {
    #expect(throws: ModelFileError.self) { try read(text) }
  }
}
