import Foundation
import OrderedJSON
import TestSupport
import Testing

private let architecture = """
  {"input_shape": [16], "layers": [
    {"class_name": "Dense", "name": "a", "units": 12, "activation": "relu"},
    {"class_name": "Dense", "name": "b", "units": 9}]}
  """

@Suite struct SeriesCommandTests {
  /// Three files of one model with different weights.
  private func inDirectory(_ body: (URL) throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      try Data(architecture.utf8).write(to: directory.appending(path: "a.json"))
      for (name, seed) in [("e1.h5", "1"), ("e10.h5", "3"), ("e2.h5", "2")] {
        let made = try CommandLineTool.run(
          ["init", "a.json", "-o", name, "--seed", seed, "-q"], in: directory)
        #expect(made.code == 0)
      }
      try body(directory)
    }
  }

  private func inspect(_ arguments: [String], in directory: URL) throws -> CommandLineTool.Result {
    try CommandLineTool.run(["inspect", "--series"] + arguments, in: directory)
  }

  @Test func `files are in the order of their names, with numbers as numbers`() async throws {
    try await inDirectory { directory in
      let result = try inspect(["e10.h5", "e1.h5", "e2.h5", "-f", "json"], in: directory)
      #expect(result.code == 0)
      let files = try JSONParser.parse(result.output)["files"]?.arrayValue ?? []
      #expect(files.count == 1 && files[0]["path"] == "e10.h5")
      let series = try #require(files[0]["series"])
      #expect(series["order"] == "name")
      let names = series["checkpoints"]?.arrayValue?.map { $0["path"]?.stringValue }
      #expect(names == ["e1.h5", "e2.h5", "e10.h5"])
      let kernel = series["tensors"]?.arrayValue?.first { $0["name"] == "a/kernel" }
      #expect(kernel?["norm"]?.arrayValue?.count == 3)
      #expect(kernel?["change_ratio"]?.arrayValue?.count == 2)
      #expect(kernel?["change_cosine"]?.arrayValue?.first == .null)
    }
  }

  @Test func `the report shows each kernel over the files`() async throws {
    try await inDirectory { directory in
      let result = try inspect(["e1.h5", "e2.h5", "e10.h5"], in: directory)
      #expect(result.output.hasPrefix("3 checkpoints: e1.h5 … e10.h5, in the order of their names\n"))
      #expect(result.output.contains("✓  a/kernel  ██"))
      let quiet = try inspect(["e1.h5", "e2.h5", "--table", "never"], in: directory)
      #expect(!quiet.output.contains("a/kernel"))
      let page = try inspect(["e1.h5", "e2.h5", "-f", "html"], in: directory)
      #expect(page.output.contains("<h2>Over the checkpoints</h2>"))
      #expect(page.output.contains("svg class=\"curve\""))
      let markdown = try inspect(["e1.h5", "e2.h5", "-f", "markdown"], in: directory)
      #expect(markdown.output.contains("| ✓ | a/kernel | █ |"))
    }
  }

  @Test func `equal files are found`() async throws {
    try await inDirectory { directory in
      let result = try inspect(["e1.h5", "e1.h5", "-f", "short", "--fail-on", "warning"], in: directory)
      #expect(result.code == 1)
      #expect(result.output.contains("SER001") && result.output.contains("hold the same weights"))
    }
  }

  @Test func `a file of another model is named, and the others are followed`() async throws {
    try await inDirectory { directory in
      try Data(architecture.replacing("12", with: "13").utf8).write(to: directory.appending(path: "o.json"))
      #expect(try CommandLineTool.run(["init", "o.json", "-o", "a0.h5", "-q"], in: directory).code == 0)
      try Data("no model".utf8).write(to: directory.appending(path: "text.h5"))
      let result = try inspect(["e1.h5", "a0.h5", "text.h5", "e2.h5"], in: directory)
      #expect(result.code == 3)
      let text = result.output.replacing("\n  ", with: " ")
      #expect(text.contains("2 checkpoints: e1.h5 … e2.h5"))
      #expect(
        text.contains(
          "a0.h5: not a checkpoint of the model of e2.h5: `a/kernel` has the shape (16, 13); expected (16, 12)"
        ))
      #expect(text.contains("text.h5: "))
    }
  }

  @Test func `a series takes two files at least, and mends none`() async throws {
    try await inDirectory { directory in
      let one = try inspect(["e1.h5"], in: directory)
      #expect(one.code == 2 && one.errors.contains("--series needs two checkpoints at least; found 1."))
      let fixed = try inspect(["e1.h5", "--fix", "-o", "x.h5"], in: directory)
      #expect(fixed.code == 2 && fixed.errors.contains("--series"))
    }
  }

  @Test func `spectra and rounding are reported`() async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(
        ["inspect", "e1.h5", "--metrics", "spectral", "--target-dtype", "int8", "-f", "json"], in: directory)
      let file = try #require(try JSONParser.parse(result.output)["files"]?.arrayValue?.first)
      let kernel = file["tensors"]?.arrayValue?.first { $0["name"] == "a/kernel" }
      #expect(kernel?["spectrum"]?["num_evals"] == 12)
      #expect(kernel?["rounding"]?["dtype"] == "int8")
      #expect(file["spectra"]?["kernels"] == 2)
      let text = try CommandLineTool.run(
        ["inspect", "e1.h5", "--metrics", "spectral", "--target-dtype", "int8"], in: directory)
      #expect(text.output.contains("alpha·log λ") && text.output.contains("error in int8"))
    }
  }

  @Test func `a legend needs no file`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(["inspect", "--legend"], in: directory)
      #expect(result.code == 0 && result.output.contains("gradient ←"))
    }
  }
}
