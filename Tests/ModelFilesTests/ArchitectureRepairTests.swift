import AuditReports
import Foundation
import Initialization
import KerasArchitecture
import ModelFiles
import OrderedJSON
import RandomStreams
import TestSupport
import Testing
import WeightAudit
import WeightFiles

@Suite("A description that is mended") struct ArchitectureRepairTests {
  private func repaired(_ text: String) throws -> ArchitectureRepair {
    try ArchitectureRepair("a.json", ModelDocument(text: Array(text.utf8), kerasVersion: nil, isFile: true))
  }

  /// A Sequential of the short form.
  private func stack(_ layer: String, count: Int, input: String = "[64]") -> String {
    let layers = Array(repeating: layer, count: count) + [#"{"class_name": "Dense", "units": 3}"#]
    return #"{"input_shape": \#(input), "layers": [\#(layers.joined(separator: ",\n"))]}"#
  }

  private func text(_ repair: ArchitectureRepair) -> String { String(decoding: repair.text, as: UTF8.self) }

  private static let architectures = ["keras1.2.2", "keras2", "keras2.2.4", "keras3", "short", "tf2.15"]
    .flatMap { folder in Fixtures.names(in: "architectures/\(folder)").map { "\(folder)/\($0)" } }

  /// What Keras wrote of all kinds of layers: whatever is changed is changed once, and read again.
  @Test("is not mended again", arguments: architectures) func idempotent(_ name: String) throws {
    let document = try Model.reader.document(Model.fixture(name))
    guard (try? ArchitectureInput(name, document)) != nil else { return }
    let once = try ArchitectureRepair(name, document)
    if once.changes.isEmpty { #expect(once.text == document.text) }
    let again = try ArchitectureRepair(
      name, ModelDocument(text: once.text, kerasVersion: document.kerasVersion, isFile: true))
    #expect(again.changes.isEmpty)
    #expect(again.text == once.text)
  }

  private static let dense = #"{"class_name": "Dense", "units": 64"#

  @Test(
    "gets the scale that its activations ask for",
    arguments: [
      (#", "activation": "relu", "kernel_initializer": "glorot_uniform"}"#, "he_uniform"),
      (#", "activation": "relu", "kernel_initializer": "random_normal"}"#, "he_normal"),
      (
        #", "activation": "selu", "kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": 0.01}}}"#,
        "LecunNormal"
      ),
      (
        #", "activation": "tanh", "kernel_initializer": {"class_name": "RandomUniform", "config": {"minval": -0.01, "maxval": 0.01}}}"#,
        "GlorotUniform"
      ),
      (
        #", "activation": "gelu", "kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": 1.0, "seed": null}}}"#,
        #""scale": 2.35"#
      ),
      (#", "activation": "sigmoid", "kernel_initializer": "glorot_uniform"}"#, #""scale": 16.0"#),
      (#", "activation": "relu", "kernel_initializer": "zeros"}"#, "he_normal"),
      (
        #", "activation": "relu", "kernel_initializer": {"class_name": "Orthogonal", "config": {"gain": 0.1}}}"#,
        #""gain": 1.414"#
      ),
    ])
  func scale(_ fields: String, _ expected: String) throws {
    let text = stack(Self.dense + fields, count: 12)
    let repair = try repaired(text)
    #expect(repair.changes.count == 12)
    let result = self.text(repair)
    #expect(result.contains(expected), "\(result)")
    // Twelve sigmoids in a row lose signals whatever their kernels.
    #expect(repair.findings.allSatisfy { $0.severity == .note } || fields.contains("sigmoid"))
    // The rest of the text is as it was.
    #expect(result.hasSuffix(#"{"class_name": "Dense", "units": 3}]}"#))
    #expect(result.split(separator: "\n").count == text.split(separator: "\n").count)
  }

  @Test("is left as it is where nothing is wrong") func healthy() throws {
    let text = stack(Self.dense + #", "activation":"relu" , "kernel_initializer":   "he_normal"}"#, count: 12)
    let repair = try repaired(text)
    #expect(repair.changes.isEmpty && repair.findings.isEmpty)
    #expect(self.text(repair) == text)
  }

  @Test("gives initializers of one seed a seed each") func seeds() throws {
    let field =
      #", "activation": "relu", "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 7}}}"#
    let repair = try repaired(stack(Self.dense + field, count: 3))
    #expect(repair.changes.map(\.after) == ["HeNormal, seed 8", "HeNormal, seed 9"])
    #expect(repair.findings.isEmpty)
  }

  @Test("a seed without a successor gets one of the first") func lastSeed() throws {
    let field =
      #", "activation": "relu", "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 2147483647}}}"#
    let repair = try repaired(stack(Self.dense + field, count: 3))
    #expect(repair.changes.map(\.after) == ["HeNormal, seed 1", "HeNormal, seed 2"])
  }

  @Test("adds fields that are missing") func missing() throws {
    let repair = try repaired(stack(Self.dense + #", "activation": "relu"}"#, count: 12))
    #expect(text(repair).contains(#""activation": "relu", "kernel_initializer": "he_uniform"}"#))
  }

  @Test("recurrent layers get an orthogonal kernel and an open memory") func recurrent() throws {
    let layer =
      #"{"class_name": "LSTM", "units": 16, "unit_forget_bias": false, "recurrent_initializer": {"class_name": "RandomNormal", "config": {"stddev": 2.0}}}"#
    let repair = try repaired(stack(layer, count: 1, input: "[10, 8]"))
    #expect(Set(repair.changes.map(\.field)) == ["unit_forget_bias", "recurrent_initializer"])
    #expect(repair.findings.isEmpty)
    #expect(text(repair).contains(#""unit_forget_bias": true"#))
  }

  @Test("sums of residual branches stay in scale") func branches() throws {
    let repair = try ArchitectureRepair(
      "a.json", ModelDocument(text: Array(Self.residual(40).utf8), kerasVersion: nil, isFile: true))
    #expect(repair.changes.count == 40)
    #expect(repair.changes.allSatisfy { $0.after.contains("scale=0.025") })
    #expect(repair.findings.isEmpty)
  }

  /// Forty blocks of two layers, each added to what it began with.
  private static func residual(_ count: Int) -> String {
    func layer(_ name: String, _ className: String, _ config: String, _ inputs: [String]) -> String {
      let tensors = inputs.map { input in
        #"{"class_name": "__keras_tensor__", "config": {"shape": [null, 64], "dtype": "float32", "keras_history": ["\#(input)", 0, 0]}}"#
      }
      let arguments = inputs.count == 1 ? tensors[0] : "[\(tensors.joined(separator: ", "))]"
      return
        #"{"module": "keras.layers", "class_name": "\#(className)", "config": {"name": "\#(name)"\#(config)}, "registered_name": null, "name": "\#(name)", "inbound_nodes": \#(inputs.isEmpty ? "[]" : #"[{"args": [\#(arguments)], "kwargs": {}}]"#)}"#
    }
    var layers = [layer("in", "InputLayer", #", "batch_shape": [null, 64], "dtype": "float32""#, [])]
    var last = "in"
    for index in 0..<count {
      let he = #", "units": 64, "kernel_initializer": "he_normal""#
      layers.append(layer("a\(index)", "Dense", he + #", "activation": "relu""#, [last]))
      layers.append(layer("b\(index)", "Dense", he, ["a\(index)"]))
      layers.append(layer("s\(index)", "Add", "", [last, "b\(index)"]))
      last = "s\(index)"
    }
    return
      #"{"module": "keras.src.models.functional", "class_name": "Functional", "config": {"name": "m", "layers": [\#(layers.joined(separator: ", "))], "input_layers": [["in", 0, 0]], "output_layers": [["\#(last)", 0, 0]]}}"#
  }

  @Test("a description that was encoded twice stays so") func twice() throws {
    let inner = stack(Self.dense + #", "activation": "relu", "kernel_initializer": "zeros"}"#, count: 2)
    let text = JSONValue.string(inner).pythonText()
    let repair = try repaired(text)
    let result = try JSONParser.parse(self.text(repair)).stringValue
    #expect(result == inner.replacing(#""zeros""#, with: #""he_normal""#))
  }

  @Test("a model inside another document is refused") func wrapped() {
    let model = stack(Self.dense + #", "kernel_initializer": "zeros"}"#, count: 2)
    #expect {
      try self.repaired(#"{"modelTopology": {"model_config": \#(model)}, "weightsManifest": []}"#)
    } throws: { "\($0)".contains("cannot be edited") }
  }
}

@Suite("Kernels that are calibrated") struct CalibrationTests {
  @Test("the factors are found again in every container", arguments: ["a.h5", "a.weights.h5", "a.keras"])
  func containers(_ name: String) async throws {
    try await withTemporaryDirectory { directory in
      let source = Model.fixture("keras3/convolutions")
      let input = try ArchitectureInput(source, .init(), Model.reader)
      let drawn = try input.plan(seed: 3, backend: .jax)
      let calibration = Calibration(of: drawn, target: 2)
      #expect(!calibration.factors.isEmpty)
      let plan = calibration.applied(to: drawn)
      let contents = ContainerContents(plan, toolVersion: "0", calibration: calibration)
      let layout = try requireValue(LayoutCatalog.format(for: name)).layout(
        of: contents, LayoutOptions(fileName: name))
      let file = OutputDestination.path(directory.appending(path: name).path)
      try await ContainerWriter(workers: 2).write(layout, sources: plan.sources, to: file, replaces: true)
      let catalog = try Model.reader.catalog(.path(file.name))
      let verified = try await WeightVerification(catalog, input, seed: 3, backend: .jax, workers: 2)
      #expect(verified.isMatch)
      let other = try await WeightVerification(catalog, input, seed: 4, backend: .jax, workers: 2)
      #expect(!other.isMatch)
    }
  }
}
