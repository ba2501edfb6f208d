import Foundation
import OrderedJSON
import Tensors
import TestSupport
import Testing

@testable import KerasArchitecture

@Suite struct PythonNamesTests {
  @Test(arguments: [
    ("Conv2DTranspose", "conv2d_transpose"), ("PReLU", "p_re_lu"), ("LeakyReLU", "leaky_re_lu"),
    ("ReLU", "re_lu"),
    ("ELU", "elu"), ("LSTMCell", "lstm_cell"), ("ConvLSTM2D", "conv_lstm2d"), ("GRU", "gru"),
    ("RMSNormalization", "rms_normalization"), ("GroupedQueryAttention", "grouped_query_attention"),
    ("UpSampling2D", "up_sampling2d"), ("STFTSpectrogram", "stft_spectrogram"),
    ("MaxPooling2D", "max_pooling2d"),
    ("Dense", "dense"), ("SimpleRNN", "simple_rnn"), ("InputLayer", "input_layer"),
  ])
  func `names are Keras's`(className: String, name: String) {
    #expect(PythonNames.snakeCase(className) == name)
  }
}

@Suite struct LayerCatalogTests {
  /// A layer type that is written but not listed could never be read.
  @Test func `every layer type in the folder is in the catalogue`() throws {
    let sources = Fixtures.packageDirectory.appending(path: "Sources/KerasArchitecture")
    var declared: Set<String> = []
    for folder in ["Layers", "Graph"] {
      let files = try FileManager.default.contentsOfDirectory(
        at: sources.appending(path: folder), includingPropertiesForKeys: nil)
      for file in files {
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(
          of:
            /(?:struct|class) (\w+)(?:<\w+: \w+>)?: (?:LayerKind|KernelVariantLayer|ShapePreservingLayer|GatedCell|RecurrentCell|RecordedShapeLayer|SequenceLayer|WrappingLayer|ModelKind)\b/
        ) {
          declared.insert(String(match.1))
        }
      }
    }
    let listed = Set(LayerCatalog.all.map { String("\($0)".prefix { $0 != "<" }) })
    #expect(
      declared.subtracting(listed) == [
        "ConvolutionalLSTMCell", "OperationNode", "Projection", "StoredLayer",
      ],
      "layer types that no document names")
    #expect(declared.count > 40)
  }

  @Test func `no class name is claimed twice`() {
    for names in [
      LayerCatalog.all.flatMap { $0.classNames }, LayerCatalog.all.flatMap { $0.keras1ClassNames },
    ] {
      #expect(Set(names).count == names.count)
    }
    #expect(LayerCatalog.all.allSatisfy { !($0.classNames + $0.keras1ClassNames).isEmpty })
  }

  @Test func `the catalogue is sorted`() {
    let names = LayerCatalog.all.map { "\($0)" }
    #expect(names == names.sorted())
  }
}

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

@Suite struct KerasGenerationTests {
  @Test(arguments: [
    (#"{"keras_version": "2.2.4"}"#, KerasGeneration.Family.multiBackendKeras2, "2.2.4"),
    (#"{"keras_version": "1.2.2"}"#, .keras1, "1.2.2"),
    (#"{"config": [{"config": {"nb_filter": 2, "border_mode": "same"}}]}"#, .keras1, "1.2.2"),
    (#"{"keras_version": "2.3.1"}"#, .multiBackendKeras2, "2.3.1"),
    (#"{"keras_version": "2.2.4-tf"}"#, .tfKeras, "2.2.4-tf"),
    (#"{"keras_version": "2.15.0"}"#, .tfKeras, "2.15.0"),
    (#"{"keras_version": "3.4.1"}"#, .keras3, "3.4.1"), (#"{"module": "keras"}"#, .keras3, "3.15.1"),
    (#"{"config": {"layers": [{"config": {"batch_input_shape": [null, 2]}}]}}"#, .tfKeras, "2.15.0"),
  ])
  func `the writer of a document is recognised`(
    text: String, family: KerasGeneration.Family, version: String
  ) throws {
    let generation = KerasGeneration(of: try JSONParser.parse(text), hint: nil)
    #expect(generation == KerasGeneration(family: family, version: version))
  }
}

@Suite struct ShortFormSchemaTests {
  /// What editors offer is what can be read: every class but whole models and cells' own.
  @Test func `the schema lists the catalogue`() throws {
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

  /// The `.h5` files of Keras 3 have no modules: an operation looks like the layer of its name but for its operands.
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
