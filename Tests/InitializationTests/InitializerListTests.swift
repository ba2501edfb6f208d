import Initialization
import TestSupport
import Testing

@Suite struct InitializerListTests {
  /// `WTOOL_RECORD=1 swift test --filter InitializerListTests` writes the table, and fails: nobody records by
  /// accident.
  @Test func `the documentation lists every initializer of the catalog`() throws {
    let section = MarkedSection("initializers", in: "docs/layers.md")
    let rows = InitializerCatalog.all.map { type in
      let names = type.names.map { "`\($0)`" }
      return "| \(names[0]) | \(names.dropFirst().joined(separator: ", ")) |\n"
    }
    let table = "| initializer | other names |\n|---|---|\n" + rows.joined()
    if MarkedSection.isRecording {
      try section.write(table)
      Issue.record("the table of initializers was recorded; look at the change and run without WTOOL_RECORD")
    } else {
      let recorded = try section.text()
      #expect(recorded == table)
    }
  }
}
