import Foundation
import Tensors
import TestSupport
import Testing
import WeightAudit

@testable import wtool

@Suite struct InspectConfigurationTests {
  private static let today = CalendarDay(year: 2026, month: 6, day: 1)

  private func read(_ text: String) async throws -> InspectConfiguration {
    try await withTemporaryDirectory { directory in
      let file = directory.appending(path: ".wtool.toml")
      try Data(text.utf8).write(to: file)
      return try InspectConfiguration(file: file.path, today: Self.today)
    }
  }

  @Test func `every setting is read`() async throws {
    let configuration = try await read(
      """
      fail-on = "warning"
      rule = ["SYM", "PRP001"]
      ignore = "SYM007:target/*"
      baseline = "known.json"
      strict = true
      input-std = 2
      target-dtype = "float16"
      layers = "block*"
      [severity]
      NRM003 = "error"
      [[override]]
      layers = ["head/*", "top"]
      ignore = ["SYM001", "SYM002"]
      reason = "starts at zero on purpose"
      expires = 2026-06-01
      """)
    #expect(configuration.failOn == .warning)
    #expect(configuration.rules == ["SYM", "PRP001"])
    #expect(configuration.severities == ["NRM003": .error])
    #expect(configuration.isStrict == true)
    #expect(configuration.inputDeviation == 2)
    #expect(configuration.targetDType == .float16)
    #expect(configuration.layers == "block*")
    #expect(configuration.baseline?.hasSuffix("/known.json") == true)
    #expect(
      Set(configuration.ignored.map { "\($0.rule) \($0.place ?? "")" }) == [
        "SYM001 head/*", "SYM002 head/*", "SYM001 top", "SYM002 top", "SYM007 target/*",
      ])
    #expect(configuration.ignored.contains { $0.reason == "starts at zero on purpose" })
    #expect(configuration.expired.isEmpty)
  }

  @Test func `an exception that has expired is no longer made`() async throws {
    let configuration = try await read(
      "[[override]]\nlayers = 'a'\nignore = 'SYM001'\nreason = 'for now'\nexpires = 2026-05-31\n")
    #expect(configuration.ignored.isEmpty)
    #expect(configuration.expired.count == 1)
    #expect(configuration.expired.first?.hasSuffix("override 1 (for now) expired on 2026-05-31") == true)
  }

  @Test(arguments: [
    ("fail-on = ", ":1: not TOML: "), ("[[[a]]]", ":1: not TOML: expected the name of a table"),
    ("\n[ = ]", ":2: not TOML: expected the name of a table"),
    ("rule = ['SYM', }]", ":1: not TOML: expected brackets"),
    ("a = '''\n[[[\n''' # [[[", "there is no setting 'a'"),
    ("a = [\n [[1]], # [\n]", "there is no setting 'a'"), ("fail_on = 'error'", "did you mean 'fail-on'?"),
    ("fail-on = 'loud'", "fail-on: expected error, warning, note or never"),
    ("ignore = ['XYZ001']", "there is no rule XYZ001"), ("severity = 1", "severity: expected a table"),
    ("[severity]\nSYM001 = 'bad'", "severity.SYM001: expected error, warning or note"),
    ("strict = 'yes'", "strict: expected true or false"),
    ("input-std = -1", "input-std: expected a positive number"),
    ("target-dtype = 'int8'", "target-dtype: expected float16 or bfloat16"),
    ("[[override]]\nlayers = 'a'\nignore = 'SYM001'", "override 1 needs a `reason`"),
    ("[[override]]\nlayers = 'a'\nreason = 'x'", "override 1 needs `layers` and `ignore`"),
    (
      "[[override]]\nlayers = 'a'\nignore = 'SYM001'\nreason = 'x'\nexpires = 'soon'",
      "expires: expected a date"
    ),
    ("[[override]]\nlayer = 'a'", "override 1 has no setting 'layer'"),
    ("override = 'a'", "override: expected tables"),
  ])
  func `what is wrong is said in one line`(text: String, message: String) async throws {
    do {
      _ = try await read(text)
      Issue.record("it was read")
    } catch let failure as CommandFailure {
      #expect(failure.message.contains(message), "\(failure.message)")
      #expect(!failure.message.contains("\n"))
    }
  }

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
