import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Hidden ReLU layers: `b` starts at zero, `c` and `d` are drawn from one seed.
private let faulty = """
  {"input_shape": [64], "layers": [
    {"class_name": "Dense", "name": "a", "units": 32, "activation": "relu", "kernel_initializer": "he_normal"},
    {"class_name": "Dense", "name": "b", "units": 32, "activation": "relu", "kernel_initializer": "zeros"},
    {"class_name": "Dense", "name": "c", "units": 32, "activation": "relu",
     "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 3}}},
    {"class_name": "Dense", "name": "d", "units": 32, "activation": "relu",
     "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 3}}},
    {"class_name": "Dense", "name": "head", "units": 4}]}
  """

@Suite struct InspectCommandTests {
  private func inFaultyDirectory(_ body: (URL) throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      let made = try CommandLineTool.run(
        ["init", "-", "-o", "m.h5", "--seed", "1", "-q"], input: Data(faulty.utf8), in: directory)
      #expect(made.code == 0)
      try Data(faulty.utf8).write(to: directory.appending(path: "arch.json"))
      try body(directory)
    }
  }

  private func rules(_ arguments: [String], in directory: URL) throws -> [String] {
    let result = try CommandLineTool.run(["inspect", "-f", "json"] + arguments, in: directory)
    let files = try JSONParser.parse(result.output)["files"]?.arrayValue ?? []
    return files.flatMap { $0["findings"]?.arrayValue ?? [] }.compactMap { finding in
      guard let rule = finding["rule"]?.stringValue, let layer = finding["layer"]?.stringValue else {
        return nil
      }
      return "\(rule) \(layer)"
    }
  }

  @Test func `faults are errors, and the exit code tells`() async throws {
    try await inFaultyDirectory { directory in
      let result = try CommandLineTool.run(["inspect", "m.h5"], in: directory)
      #expect(result.code == 1)
      #expect(result.errors.isEmpty)
      #expect(result.output.contains("error SYM001 zero-kernel  b/kernel"))
      #expect(result.output.hasSuffix("✖ 2 errors · 10 of 10 tensors checked · 2 fixable with --fix\n"))
      #expect(try rules(["m.h5"], in: directory) == ["SYM001 b", "SYM007 d"])
    }
  }

  @Test func `a healthy file is one sentence`() async throws {
    try await withTemporaryDirectory { directory in
      let mlp = Fixtures.url("architectures/short/mlp.json").path
      let result = try CommandLineTool.shell(
        "wtool init \(mlp) -o - --seed 7 -q | wtool inspect -", in: directory)
      #expect(result.code == 0)
      #expect(
        result.output == """
          ✓ standard input: 2 kernels, 101,770 values, fresh · no findings · 4 of 4
            tensors checked

          """)
    }
  }

  @Test func `declarations are audited before there are values`() async throws {
    try await inFaultyDirectory { directory in
      let result = try CommandLineTool.run(["inspect", "arch.json", "--fail-on", "warning"], in: directory)
      #expect(result.code == 1)
      #expect(result.output.contains("zero-kernel"))
      #expect(try rules(["arch.json"], in: directory) == ["SYM001 b", "SYM007 d"])
    }
  }

  @Test func `findings can be chosen, ignored, weighed and known`() async throws {
    try await inFaultyDirectory { directory in
      let chosen = try rules(["m.h5", "--rule", "SYM007"], in: directory)
      #expect(chosen == ["SYM007 d"])
      let expected: [(String, Int32)] = [
        ("--ignore SYM001:b --ignore SYM007:d/*", 0), ("--ignore SYM001:a --rule SYM001", 1),
        ("--severity SYM=note", 0), ("--severity SYM=note --fail-on note", 1),
        ("--fail-on never --write-baseline known.json", 0), ("--baseline known.json", 0), ("-q", 1),
      ]
      for (options, code) in expected {
        let arguments = ["inspect", "m.h5"] + options.split(separator: " ").map(String.init)
        let result = try CommandLineTool.run(arguments, in: directory)
        #expect(result.code == code, "\(options)")
      }
      #expect(try CommandLineTool.run(["inspect", "m.h5", "-q"], in: directory).output.isEmpty)
    }
  }

  @Test func `reports go where they are sent, and nowhere else`() async throws {
    try await inFaultyDirectory { directory in
      let result = try CommandLineTool.run(
        ["inspect", "m.h5", "-f", "short", "-f", "sarif:a.sarif", "-f", "html:a.html"], in: directory)
      #expect(result.code == 1)
      #expect(result.output.split(separator: "\n").count == 2)
      let sarif = try JSONParser.parse(
        Array(Data(contentsOf: directory.appending(path: "a.sarif"))))
      #expect(sarif["runs"]?.arrayValue?.first?["results"]?.arrayValue?.count == 2)
      let html = try String(contentsOf: directory.appending(path: "a.html"), encoding: .utf8)
      #expect(html.contains("zero-kernel") && !html.contains("http://"))
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      #expect(names == ["a.html", "a.sarif", "arch.json", "m.h5"])
    }
  }

  @Test func `what cannot be audited is said, and the others are audited`() async throws {
    try await inFaultyDirectory { directory in
      try Data("nothing".utf8).write(to: directory.appending(path: "text.h5"))
      let result = try CommandLineTool.run(
        ["inspect", "none.h5", "text.h5", "m.h5", "-f", "short"], in: directory)
      #expect(result.code == 3)
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 4)
      #expect(lines[0] == "none.h5: error: the file does not exist")
      #expect(lines[1].hasPrefix("text.h5: "))
      #expect(lines[2].hasPrefix("m.h5: error: SYM001 b/kernel: "))
    }
  }

  @Test(arguments: [
    ["inspect"], ["inspect", "m.h5", "-f", "pdf"], ["inspect", "m.h5", "--rule", "XYZ001"],
    ["inspect", "m.h5", "--severity", "SYM001=bad"], ["inspect", "m.h5", "-f", "json", "-f", "text"],
    ["inspect", "-", "-"], ["inspect", "m.h5", "--baseline", "none.json"], ["explain", "XYZ001"],
    ["inspect", "m.h5", "--ignore", ""], ["inspect", "m.h5", "--threads", "0"],
  ])
  func `wrong usage is found before any file is read`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments)
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    #expect(!result.errors.isEmpty)
  }

  @Test func `the bytes of a report do not depend on the number of workers`() async throws {
    try await inFaultyDirectory { directory in
      let reports = try ["1", "2", "7"].map {
        try CommandLineTool.run(["inspect", "m.h5", "-f", "json", "--threads", $0], in: directory).output
      }
      #expect(Set(reports).count == 1)
    }
  }

  @Test func `rules are listed and explained`() throws {
    let list = try CommandLineTool.run(["rules", "--json"])
    let rules = try JSONParser.parse(list.output)["rules"]?.arrayValue ?? []
    #expect(rules.count > 30)
    for rule in rules {
      let id = try #require(rule["id"]?.stringValue)
      let explained = try CommandLineTool.run(["explain", id])
      #expect(explained.code == 0 && explained.output.hasPrefix("\(id) "))
    }
  }
}
