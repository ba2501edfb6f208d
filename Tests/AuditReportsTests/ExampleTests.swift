import AuditReports
import Foundation
import TestSupport
import Testing
import WeightAudit

/// The example of the target's overview page, as it stands there.
@Suite struct ExampleTests {
  @Test func `the example of the overview compiles and runs`() {
    // example
    let finding = Finding(
      RuleCatalog.descriptors[0], at: .layer("dense"), "HeNormal gives the bias an RMS of 0.1")
    let file = FileReport(
      path: "model.h5", container: .init(format: "h5", kerasVersion: "3.15.0"),
      findings: [ReportedFinding(finding, id: "0123456789abcdef", suppression: nil, isNew: true)])
    let report = AuditReport(files: [file], version: "1.0.0")
    var options = RenderOptions()
    options.width = 100
    for renderer in RendererCatalog.all where renderer.name == "short" {
      print(renderer.render(report, options))
    }
    // end of example
  }

  @Test func `the overview shows this example`() throws {
    let root = Fixtures.packageDirectory
    let page = try String(
      contentsOf: root.appending(path: "Sources/AuditReports/AuditReports.docc/AuditReports.md"),
      encoding: .utf8)
    let source = try String(
      contentsOf: root.appending(path: "Tests/AuditReportsTests/ExampleTests.swift"), encoding: .utf8)
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "    // example")) + 1
    let end = try #require(lines.firstIndex(of: "    // end of example"))
    let example = lines[start..<end].map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(page.contains("```swift\n\(example)\n```"))
  }
}
