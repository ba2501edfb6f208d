import AuditPolicy
import Failures
import Foundation
import Tensors
import TestSupport
import Testing
import WeightAudit
import WeightFiles

@Suite("Settings files") struct SettingsFileTests {
  private static let today = CalendarDay(year: 2026, month: 6, day: 1)

  private func read(_ text: String) async throws -> SettingsFile {
    try await withTemporaryDirectory { directory in
      let file = directory.appending(path: ".wtool.toml")
      try Data(text.utf8).write(to: file)
      return try SettingsFile(file: file.path, today: Self.today)
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
    #expect(configuration.rules.map(\.description) == ["SYM", "PRP001"])
    #expect(configuration.severities.map { "\($0.rules) \($0.severity.rawValue)" } == ["NRM003 error"])
    #expect(configuration.isStrict == true)
    #expect(configuration.inputDeviation == 2)
    #expect(configuration.targetDType == .float16)
    #expect(configuration.layers == "block*")
    #expect(configuration.baseline?.hasSuffix("/known.json") == true)
    #expect(
      Set(configuration.ignored.map { "\($0.rules) \($0.place ?? "")" }) == [
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
    ("\u{FEFF}[  \u{4}", ":1: not TOML: expected the name of a table"),
    ("\u{FEFF}fail-on = 'loud'", "fail-on: expected error, warning, note or never"),
    ("\u{A0}[  \u{4}", ":1: not TOML: expected quotes around what is not ASCII"),
    ("# a\u{2028}[  \u{4}", ":1: not TOML: expected a newline after a comment"),
    ("# a\r[  \u{4}", ":1: not TOML: expected a newline after a comment"),
    ("# a\r\n\r\n[ = ]", ":3: not TOML: expected the name of a table"),
    ("rule = ['SYM', \"\"\"a\"\"\"\", 'b']\n[ = ]", ":2: not TOML: expected the name of a table"),
    ("rule = ['SYM', }]", ":1: not TOML: expected brackets"),
    ("a = 2099-01-30 5\n", ":1: not TOML: expected a whole time, or nothing, after a date"),
    ("a = 2\"\u{4}\u{2}-01-31 1#", ":1: not TOML: expected a whole time, or nothing, after a date"),
    ("a = 2?9_9-01-30 5#", ":1: not TOML: expected a whole time, or nothing, after a date"),
    ("a = 2099-01-30T05:0\n", ":1: not TOML: expected a whole time, or nothing, after a date"),
    ("a = 2099-01-30ta:", ":1: not TOML: expected a whole time, or nothing, after a date"),
    ("a = [1, # b\n\t2099-01-30T\n\"30:\"]", ":2: not TOML: expected a whole time, or nothing, after a date"),
    ("2099-01-30ta = 2099-01-30T07:32:00", "there is no setting '2099-01-30ta'"),
    ("a = '''\n[[[\n''' # [[[", "there is no setting 'a'"),
    ("a = [\n [[1]], # [\n]", "there is no setting 'a'"), ("fail_on = 'error'", "did you mean 'fail-on'?"),
    ("fail-on = 'loud'", "fail-on: expected error, warning, note or never"),
    ("ignore = ['XYZ001']", "there is no rule 'XYZ001'"), ("severity = 1", "severity: expected a table"),
    ("[severity]\nSYM001 = 'bad'", "severity.SYM001: expected error, warning or note"),
    ("strict = 'yes'", "strict: expected true or false"),
    ("input-std = -1", "input-std: expected a positive number"),
    ("target-dtype = 'int4'", "target-dtype: expected float16 or bfloat16 or int8"),
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
    } catch let failure as PolicyError {
      #expect(failure.description.contains(message), "\(failure.description)")
      #expect(!failure.description.contains("\n"))
    }
  }
}
