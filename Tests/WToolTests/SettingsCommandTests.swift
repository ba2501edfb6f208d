import Foundation
import TestSupport
import Testing

/// How `inspect` finds and applies settings files.
@Suite struct SettingsCommandTests {
  @Test func `the nearest file counts, the command line more, and none where none is wanted`() async throws {
    try await withTemporaryDirectory { directory in
      let models = directory.appending(path: "models/deep")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      let json =
        #"{"input_shape": [16], "layers": [{"class_name": "Dense", "name": "a", "units": 8, "activation": "relu", "kernel_initializer": "zeros"}, {"class_name": "Dense", "units": 2}]}"#
      try Data(json.utf8).write(to: models.appending(path: "arch.json"))
      func code(_ options: String...) throws -> Int32 {
        try CommandLineTool.run(["inspect", "models/deep/arch.json", "-q"] + options, in: directory).code
      }
      #expect(try code() == 1)
      try Data("ignore = 'SYM001'\n".utf8).write(to: directory.appending(path: ".wtool.toml"))
      #expect(try code() == 0)
      #expect(try code("--no-config") == 1)
      try Data("fail-on = 'never'\n".utf8).write(to: directory.appending(path: "models/.wtool.toml"))
      #expect(try code("--fail-on", "note") == 1)
      #expect(try code() == 0)
      #expect(try code("--config", ".wtool.toml") == 0)
      try Data("x = 1\n".utf8).write(to: models.appending(path: ".wtool.toml"))
      #expect(try code() == 2)
      let printed = try CommandLineTool.run(["inspect", "--print-config", "models/x.h5"], in: directory)
      #expect(printed.output.contains("fail-on = 'never'"))
    }
  }

  @Test func `a strict audit wants everything judged, and another model is an error`() async throws {
    try await withTemporaryDirectory { directory in
      let mlp = Fixtures.url("architectures/short/mlp.json").path
      _ = try CommandLineTool.run(["init", mlp, "-o", "m.weights.h5", "--seed", "1", "-q"], in: directory)
      #expect(try CommandLineTool.run(["inspect", "m.weights.h5", "-q"], in: directory).code == 0)
      let strict = try CommandLineTool.run(
        ["inspect", "m.weights.h5", "--strict", "-f", "short"], in: directory)
      #expect(strict.code == 1)
      #expect(strict.output.contains("FIL002"))
      try Data(#"{"input_shape": [3], "layers": [{"class_name": "Dense", "units": 2}]}"#.utf8).write(
        to: directory.appending(path: "other.json"))
      let other = try CommandLineTool.run(
        ["inspect", "m.weights.h5", "--model", "other.json", "-f", "short"], in: directory)
      #expect(other.code == 1)
      #expect(other.output.contains("error: FIL001 the file: not of the model in other.json"))
    }
  }

  @Test func `an architecture may come through a pipe`() async throws {
    try await withTemporaryDirectory { directory in
      let mlp = try Data(contentsOf: Fixtures.url("architectures/short/mlp.json"))
      let result = try CommandLineTool.run(["inspect", "-"], input: mlp, in: directory)
      #expect(result.code == 0)
      #expect(result.output == "✓ standard input: no findings · declarations only\n")
    }
  }
}
