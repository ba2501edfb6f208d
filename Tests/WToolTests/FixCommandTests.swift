import Foundation
import OrderedJSON
import TestSupport
import Testing

private let zeros = """
  {"input_shape": [16],
   "layers": [{"class_name": "Dense", "name": "a", "units": 32, "activation": "relu", "kernel_initializer": "zeros"},
              {"class_name": "Dense", "name": "b", "units": 32, "activation": "tanh", "kernel_initializer": "he_normal"},
              {"class_name": "Dense", "name": "c", "units": 4}]}
  """

@Suite struct FixCommandTests {
  private func inDirectory(_ body: (URL) throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      try Data(zeros.utf8).write(to: directory.appending(path: "a.json"))
      try body(directory)
    }
  }

  private func contents(_ name: String, _ directory: URL) throws -> Data {
    try Data(contentsOf: directory.appending(path: name))
  }

  @Test func `an architecture is mended`() async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(["inspect", "a.json", "--fix", "-o", "b.json"], in: directory)
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("changed 1 declaration: b.json\n"))
      #expect(result.output.contains("kernel_initializer: Zeros → HeNormal"))
      let text = String(decoding: try contents("b.json", directory), as: UTF8.self)
      #expect(text == zeros.replacing(#""zeros""#, with: #""he_normal""#))
      let again = try CommandLineTool.run(["inspect", "b.json", "--fix", "-o", "-"], in: directory)
      #expect(again.output == text)
    }
  }

  @Test func `a diff shows what would change and writes nothing`() async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(["inspect", "a.json", "--fix", "--diff"], in: directory)
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("--- a.json\n+++ a.json\n@@ -1,4 +1,4 @@\n"))
      #expect(result.output.contains("\n+ \"layers\": ".dropLast(2)))
    }
  }

  @Test func `the JSON report says what was changed`() async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(
        ["inspect", "a.json", "--fix", "-o", "b.json", "-f", "json"], in: directory)
      let file = try JSONParser.parse(result.output)["files"]?.arrayValue?.first
      #expect(file?["fix"]?["output"] == "b.json")
      let change = file?["fix"]?["changes"]?.arrayValue?.first
      #expect(change?["layer"] == "a" && change?["after"] == "HeNormal")
      #expect(change?["signal_before"]?["forward_rms"] == 0.0)
    }
  }

  @Test func `init mends what it draws`() async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(
        ["init", "a.json", "-o", "m.h5", "--seed", "1", "--fix", "--strict"], in: directory)
      #expect(result.code == 0)
      #expect(result.errors == "a.json: note: changed in a: kernel_initializer: Zeros → HeNormal\n")
      #expect(try CommandLineTool.run(["verify", "m.h5"], in: directory).code == 0)
    }
  }

  @Test func `broken weights are drawn anew and the others stay`() async throws {
    try await inDirectory { directory in
      _ = try CommandLineTool.run(["init", "a.json", "-o", "m.h5", "--seed", "1"], in: directory)
      #expect(try CommandLineTool.run(["inspect", "m.h5"], in: directory).code == 1)
      let result = try CommandLineTool.run(
        ["inspect", "m.h5", "--fix", "-o", "n.keras", "--seed", "2"], in: directory)
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("drew 1 tensor anew and changed 1 declaration: n.keras\n"))
      let difference = try CommandLineTool.run(["diff", "m.h5", "n.keras"], in: directory)
      #expect(difference.output.contains("a/kernel"))
      #expect(difference.output.hasSuffix("1 of 6 weights differ\n"))
    }
  }

  @Test func `trained weights are nobody's to draw`() async throws {
    try await inDirectory { directory in
      _ = try CommandLineTool.run(["init", "a.json", "-o", "m.h5", "--seed", "1"], in: directory)
      let result = try CommandLineTool.run(
        ["inspect", "m.h5", "--assume", "trained", "--fix", "-o", "n.h5"], in: directory)
      #expect(result.output.hasPrefix("nothing to fix: n.h5\n"))
      #expect(result.errors.contains("no weight is drawn anew"))
      #expect(try CommandLineTool.run(["diff", "m.h5", "n.h5"], in: directory).code == 0)
    }
  }

  @Test(arguments: [
    ["inspect", "a.json", "--fix"], ["inspect", "a.json", "a.json", "--fix", "-o", "b.json"],
    ["inspect", "a.json", "--diff"], ["inspect", "a.json", "--fix", "--diff", "-o", "b.json"],
    ["init", "a.json", "-o", "b.h5", "--target", "2"],
    ["init", "a.json", "-o", "b.h5", "--calibrate", "--target", "0"],
    ["init", "a.json", "-o", "b.h5", "--calibrate", "--only", "a"],
  ])
  func `what does not go together is a usage error`(_ arguments: [String]) async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(arguments, in: directory)
      #expect(result.code == 2)
      #expect(!FileManager.default.fileExists(atPath: directory.appending(path: "b.json").path))
    }
  }

  @Test func `a file that is there stays without --force`() async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(["inspect", "a.json", "--fix", "-o", "a.json"], in: directory)
      #expect(result.code == 3)
      #expect(try contents("a.json", directory) == Data(zeros.utf8))
      _ = try CommandLineTool.run(["inspect", "a.json", "--fix", "-o", "a.json", "--force"], in: directory)
      #expect(try contents("a.json", directory) != Data(zeros.utf8))
    }
  }

  @Test func `calibrated kernels are noted in the file`() async throws {
    try await inDirectory { directory in
      let result = try CommandLineTool.run(
        ["init", "a.json", "-o", "m.h5", "--seed", "1", "--fix", "--calibrate", "--target", "0.5"],
        in: directory)
      #expect(result.code == 0)
      #expect(result.errors.contains("2 kernels are multiplied by factors from "))
      let verified = try CommandLineTool.run(["verify", "m.h5"], in: directory)
      #expect(verified.code == 0)
      #expect(verified.output.hasSuffix("for seed 1, times the factors of its calibration\n"))
      #expect(try CommandLineTool.run(["inspect", "m.h5"], in: directory).output.contains("no findings"))
    }
  }
}
