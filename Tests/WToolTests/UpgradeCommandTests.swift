import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `wtool upgrade`, and `wtool convert` of models of Keras 1 and 2. That predictions stay what they were is
/// tested with Keras itself (`test_upgrade.py`).
@Suite struct UpgradeCommandTests {
  /// A Sequential of Keras 2 with these layers over an input of 4 numbers.
  private static func document(_ layers: String, version: String = "2.3.1") -> String {
    """
    {"class_name": "Sequential", "keras_version": "\(version)", "config": {"name": "s", "layers": [
      {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4], "dtype": "float32", "name": "x"}},
      \(layers)]}}
    """
  }

  private static let dense =
    #"{"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "ACT"}}"#
  private static let lambda =
    #"{"class_name": "Lambda", "config": {"name": "f", "function": ["4wEA", null, null], "function_type": "lambda"}}"#

  /// Writes the document and a file of its weights.
  private func prepare(_ document: String, in directory: URL) throws {
    try Data(document.utf8).write(to: directory.appending(path: "a.json"))
    let result = try CommandLineTool.run(["init", "a.json", "-o", "a.h5", "--seed", "1"], in: directory)
    #expect(result.code == 0, "\(result.errors)")
  }

  @Test func `a document becomes one of Keras 3`() async throws {
    try await withTemporaryDirectory { directory in
      let old = Fixtures.url("architectures/keras2.3.1/functional.json").path
      let result = try CommandLineTool.run(["upgrade", old, "-o", "new.json"], in: directory)
      #expect(result.code == 0 && result.output.isEmpty, "\(result.errors)")
      let text = try String(contentsOf: directory.appending(path: "new.json"), encoding: .utf8)
      let model = try JSONParser.parse(text)
      #expect(model["module"] == "keras.src.models.functional" && model["keras_version"] == "3.15.1")
      let layers = model["config"]?["layers"]?.arrayValue ?? []
      #expect(layers.count > 4)
      #expect(layers.allSatisfy { $0["module"] != nil && $0["inbound_nodes"]?.arrayValue != nil })
      // What is of Keras 3 stays what it is.
      let again = try CommandLineTool.run(["upgrade", "new.json"], in: directory)
      #expect(again.code == 0 && again.output == text)
      let refused = try CommandLineTool.run(["upgrade", old, "-o", "new.json"], in: directory)
      #expect(refused.code == 3 && refused.errors.contains("--force replaces it"))
    }
  }

  @Test func `every cause is on a line, and nothing is written`() async throws {
    try await withTemporaryDirectory { directory in
      let local =
        #"{"class_name": "LocallyConnected1D", "config": {"name": "l", "filters": 2, "kernel_size": [2]}}"#
      let reshape = #"{"class_name": "Reshape", "config": {"name": "r", "target_shape": [4, 1]}}"#
      try prepare(Self.document([Self.lambda, reshape, local].joined(separator: ",")), in: directory)
      let result = try CommandLineTool.run(["convert", "a.h5", "b.keras"], in: directory)
      #expect(result.code == 3)
      let lines = result.errors.split(separator: "\n")
      #expect(lines.count == 3, "\(result.errors)")
      #expect(lines.contains { $0.hasPrefix("a.h5: \"f\": its Python code cannot be read: --replace f=") })
      #expect(lines.contains { $0.hasPrefix("a.h5: \"l\": Keras 3 has no LocallyConnected1D") })
      #expect(lines.last?.contains("2 reasons") == true && lines.last?.contains("--no-upgrade") == true)
      #expect(!FileManager.default.fileExists(atPath: directory.appending(path: "b.keras").path))
      let kept = try CommandLineTool.run(["convert", "a.h5", "b.h5"], in: directory)
      #expect(kept.code == 0, "\(kept.errors)")
    }
  }

  @Test func `Python code is replaced where the user says by what`() async throws {
    try await withTemporaryDirectory { directory in
      try prepare(Self.document(Self.lambda), in: directory)
      let replace = ["--replace", "f=activation:relu6"]
      let result = try CommandLineTool.run(["convert", "a.h5", "b.keras"] + replace, in: directory)
      #expect(result.code == 0 && result.errors.contains("as --replace says"), "\(result.errors)")
      let strict = try CommandLineTool.run(
        ["convert", "a.h5", "c.keras", "--strict"] + replace, in: directory)
      #expect(strict.code == 3 && strict.errors.contains("--strict"))
      let unused = try CommandLineTool.run(
        ["convert", "a.h5", "c.keras", "--replace", "g=activation:relu"] + replace, in: directory)
      #expect(unused.code == 2 && unused.errors.contains("called g"), "\(unused.errors)")
      let wrong = try CommandLineTool.run(
        ["convert", "a.h5", "c.keras", "--replace", "f=relu"], in: directory)
      #expect(wrong.code == 2)
    }
  }

  @Test func `a hard sigmoid is made up for, and said`() async throws {
    try await withTemporaryDirectory { directory in
      try prepare(
        Self.document(Self.dense.replacing("ACT", with: "hard_sigmoid"), version: "2.15.0"), in: directory)
      let result = try CommandLineTool.run(["convert", "a.h5", "b.keras", "--json"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      let report = try JSONParser.parse(result.output)
      #expect(report["schema"] == "wtool-convert-1" && report["upgrade"]?["from"] == "2.15.0")
      let changes = report["upgrade"]?["changes"]?.arrayValue ?? []
      #expect(changes.map { $0["effect"] } == ["recomputed"])
      let strict = try CommandLineTool.run(["convert", "a.h5", "c.keras", "--strict"], in: directory)
      #expect(strict.code == 3 && strict.errors.contains("multiplied by 1.2"), "\(strict.errors)")
      // The same through an architecture of Keras 3, with which only the weights are taken.
      let upgraded = try CommandLineTool.run(["upgrade", "a.json", "-o", "new.json", "-q"], in: directory)
      #expect(upgraded.code == 0)
      let named = try CommandLineTool.run(
        ["convert", "a.h5", "d.keras", "--model", "new.json"], in: directory)
      #expect(named.code == 0, "\(named.errors)")
      let difference = try CommandLineTool.run(["diff", "b.keras", "d.keras"], in: directory)
      #expect(difference.code == 0, "\(difference.output)")
    }
  }

  @Test func `weights under another arithmetic are an error of inspect`() async throws {
    try await withTemporaryDirectory { directory in
      try prepare(
        Self.document(Self.dense.replacing("ACT", with: "hard_sigmoid"), version: "2.15.0"), in: directory)
      let bare = ["convert", "a.h5", "w.h5", "--format", "h5-weights"]
      #expect(try CommandLineTool.run(bare, in: directory).code == 0)
      #expect(try CommandLineTool.run(["upgrade", "a.json", "-o", "n.json", "-q"], in: directory).code == 0)
      let arguments = ["inspect", "w.h5", "--rule", "FIL004", "--model"]
      let wrong = try CommandLineTool.run(arguments + ["n.json"], in: directory)
      #expect(wrong.code == 1 && wrong.output.contains("FIL004"), "\(wrong.output)")
      let right = try CommandLineTool.run(arguments + ["a.json"], in: directory)
      #expect(right.code == 0, "\(right.output)")
      let copied = try CommandLineTool.run(
        ["init", "n.json", "-o", "x.h5", "--from", "w.h5", "--seed", "1"], in: directory)
      #expect(copied.code == 3 && copied.errors.contains("x/6 + 0.5"), "\(copied.errors)")
      // And convert makes up for it.
      let converted = try CommandLineTool.run(
        ["convert", "w.h5", "b.keras", "--model", "n.json"], in: directory)
      #expect(converted.code == 0)
      #expect(try CommandLineTool.run(["convert", "a.h5", "c.keras"], in: directory).code == 0)
      #expect(try CommandLineTool.run(["diff", "b.keras", "c.keras"], in: directory).code == 0)
    }
  }

  @Test func `on what a model of Keras 1 ran has to be known`() async throws {
    try await withTemporaryDirectory { directory in
      let old = Fixtures.url("architectures/keras1.2.2/conv_1d.json").path
      let made = try CommandLineTool.run(["init", old, "-o", "a.h5", "--seed", "1"], in: directory)
      #expect(made.code == 0)
      let result = try CommandLineTool.run(["convert", "a.h5", "b.keras"], in: directory)
      #expect(result.code == 3 && result.errors.contains("--source-backend"), "\(result.errors)")
      let told = try CommandLineTool.run(
        ["convert", "a.h5", "b.keras", "--source-backend", "tensorflow"], in: directory)
      #expect(told.code == 0, "\(told.errors)")
    }
  }
}
