import Foundation
import TestSupport
import Testing

/// What users see, word for word: help, tables and every report format.
@Suite("Golden texts", .serialized) struct GoldenTextTests {
  private static let commands = [
    "", "init", "plan", "ls", "convert", "upgrade", "diff", "verify", "inspect", "rules", "explain",
  ]

  @Test("help", arguments: commands) func help(command: String) throws {
    let arguments = (command.isEmpty ? [] : [command]) + ["--help"]
    let result = try CommandLineTool.run(arguments, environment: ["COLUMNS": "80"])
    #expect(result.code == 0)
    try GoldenText.expect(result.output, "help/\(command.isEmpty ? "wtool" : command).txt")
  }

  /// A network with one fault of each kind that is easy to see.
  private static let faulty = #"""
    {
      "input_shape": [64],
      "layers": [
        {"class_name": "Dense", "name": "a", "units": 32, "activation": "relu", "kernel_initializer": "he_normal"},
        {"class_name": "Dense", "name": "b", "units": 32, "activation": "relu", "kernel_initializer": "zeros"},
        {"class_name": "Dense", "name": "c", "units": 32, "activation": "relu",
         "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 7}}},
        {"class_name": "Dense", "name": "d", "units": 32, "activation": "relu",
         "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 7}}},
        {"class_name": "Dense", "name": "head", "units": 4, "kernel_initializer": {"class_name": "Constant", "config": {"value": 0.1}}}
      ]
    }
    """#

  private func withFiles(_ body: (URL) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      try Data(Self.faulty.utf8).write(to: directory.appending(path: "faulty.json"))
      let mlp = Fixtures.url("architectures/short/mlp.json").path
      for (architecture, output, seed) in [
        ("faulty.json", "faulty.h5", "1"), (mlp, "a.h5", "1"), (mlp, "b.h5", "2"), (mlp, "a.weights.h5", "1"),
      ] {
        let result = try CommandLineTool.run(
          ["init", architecture, "-o", output, "--seed", seed, "-q"], in: directory)
        #expect(result.code == 0, "\(result.errors)")
      }
      try Data("no model".utf8).write(to: directory.appending(path: "broken.h5"))
      try await body(directory)
    }
  }

  private static let formats = [
    "text", "short", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html",
  ]

  @Test("reports", arguments: formats) func reports(format: String) async throws {
    try await withFiles { directory in
      let files = ["faulty.h5", "a.h5", "a.weights.h5", "broken.h5", "faulty.json"]
      let result = try CommandLineTool.run(
        ["inspect"] + files + ["-f", format], in: directory, environment: ["COLUMNS": "80", "NO_COLOR": "1"])
      #expect(result.code == 3)
      try GoldenText.expect(result.output, "inspect/\(format).txt")
    }
  }

  @Test("the text report at other widths", arguments: [40, 80, 140]) func widths(columns: Int) async throws {
    try await withFiles { directory in
      let result = try CommandLineTool.run(
        ["inspect", "faulty.h5", "a.weights.h5"], in: directory,
        environment: ["COLUMNS": String(columns), "NO_COLOR": "1"])
      try GoldenText.expect(result.output, "inspect/text-\(columns).txt")
      // The table of kernels has columns that cannot give way.
      guard columns > 40 else { return }
      for line in result.output.split(separator: "\n") {
        #expect(line.count <= columns, "\(line)")
      }
    }
  }

  private static let outputs: [(name: String, arguments: [String], columns: String)] = [
    ("plan", ["plan", "faulty.json", "--seed", "1"], ""),
    ("plan-80", ["plan", "faulty.json", "--seed", "1"], "80"),
    ("plan-json", ["plan", "faulty.json", "--json"], ""),
    ("ls", ["ls", "a.h5"], ""), ("ls-80", ["ls", "a.h5"], "80"),
    ("ls-json", ["ls", "a.weights.h5", "--json"], ""),
    ("diff", ["diff", "a.h5", "b.h5"], ""), ("diff-60", ["diff", "a.h5", "b.h5"], "60"),
    ("diff-json", ["diff", "a.h5", "b.h5", "--json"], ""),
    ("verify", ["verify", "a.h5", "--seed", "1"], ""),
    ("verify-other", ["verify", "a.h5", "--seed", "5"], ""),
    ("verify-json", ["verify", "a.h5", "--json"], ""),
    ("rules", ["rules"], ""), ("rules-json", ["rules", "--json"], ""),
    ("explain", ["explain", "SYM001"], ""),
  ]

  @Test("tables and documents", arguments: outputs.indices) func output(index: Int) async throws {
    let output = Self.outputs[index]
    try await withFiles { directory in
      let result = try CommandLineTool.run(
        output.arguments, in: directory, environment: ["COLUMNS": output.columns, "NO_COLOR": "1"])
      #expect(result.errors.isEmpty)
      try GoldenText.expect(result.output, "commands/\(output.name).txt")
      guard let width = Int(output.columns) else { return }
      for line in result.output.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }
  }
}
