import AuditReports
import Foundation
import OrderedJSON
import Testing
import WeightAudit

@Suite struct RendererTests {
  /// A report whose every text would break a form that does not escape it.
  private var hostile: AuditReport {
    let rule = RuleCatalog.descriptors[0]
    let name = "a\"b<c>&'d|e\nf\u{1}%*_`g</script>:,é🦆"
    let finding = Finding(rule, layer: name, "values of \(name)")
    let file = FileReport(
      path: "dir x/\(name).h5", format: "h5", kerasVersion: name, state: nil, iterations: 3, tensors: [],
      findings: [ReportedFinding(finding, id: "0123", suppression: nil, isNew: true)],
      skipped: [.init(tensor: name, reason: name)])
    return AuditReport(files: [file, FileReport(path: name, failure: "\(name): broken")], version: "1.0.0")
  }

  private func render(_ name: String, _ report: AuditReport) throws -> String {
    try #require(RendererCatalog.all.first { $0.name == name }).render(report, RenderOptions())
  }

  @Test func `the forms of JSON parse, whatever names are`() throws {
    for name in ["json", "sarif", "gitlab"] {
      let text = try render(name, hostile)
      _ = try JSONParser.parse(text)
      _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
    for line in try render("jsonl", hostile).split(separator: "\n") { _ = try JSONParser.parse(String(line)) }
  }

  @Test func `lines stay lines`() throws {
    for name in ["github", "short"] {
      let lines = try render(name, hostile).split(separator: "\n")
      #expect(lines.count == 2, "\(name): \(lines)")
    }
    let rows = try render("markdown", hostile).split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count == 3)
  }

  @Test func `nothing ends an element early`() throws {
    let html = try render("html", hostile)
    #expect(html.components(separatedBy: "</script>").count == 2)
    #expect(!html.contains("<c>"))
    let xml = try render("junit", hostile)
    #expect(!xml.contains("<c>") && !xml.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `every form has a name of its own and renders nothing found`() {
    let names = RendererCatalog.all.map { $0.name }
    #expect(Set(names).count == names.count)
    let healthy = AuditReport(
      files: [
        FileReport(
          path: "m.h5", format: "h5", kerasVersion: nil, state: nil, iterations: nil, tensors: [],
          findings: [],
          skipped: [])
      ], version: "1.0.0")
    for renderer in RendererCatalog.all { _ = renderer.render(healthy, RenderOptions()) }
  }
}
