import Foundation
import OrderedJSON
import TestSupport
import Testing
import WeightAudit

@testable import AuditReports

@Suite struct RendererTests {
  private static let name = "a\"b<c>&'d|e\nf\u{1}\u{1B}[2J\u{202E}%*_`g</script>:,é🦆"

  /// A report whose every text would break a format that does not escape it.
  private var hostile: AuditReport {
    let name = Self.name
    let finding = Finding(
      RuleCatalog.descriptors[0], at: .layer(name, tensor: "\(name)/kernel"), "values of \(name)")
    let file = FileReport(
      path: "dir x/\(name).h5", container: .init(format: name, kerasVersion: name, iterations: 3),
      findings: [
        ReportedFinding(finding, id: "0123", suppression: nil, isNew: true),
        ReportedFinding(finding, id: "0124", suppression: name, isNew: true),
      ],
      skipped: [.init(tensor: name, reason: name), .init(tensor: "x", reason: "\(name)2", isPartial: true)])
    return AuditReport(files: [file, FileReport(path: name, failure: "\(name): broken")], version: "1.0.0")
  }

  private func render(_ name: String, _ report: AuditReport, width: Int = 80) throws -> String {
    var options = RenderOptions()
    options.width = width
    options.showsSuppressed = true
    return try #require(RendererCatalog.all.first { $0.name == name }).render(report, options)
  }

  @Test func `the formats of JSON parse and keep names as they are`() throws {
    for format in ["json", "sarif", "gitlab"] {
      let text = try render(format, hostile)
      _ = try JSONParser.parse(text)
      _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
    let json = try JSONParser.parse(try render("json", hostile))
    #expect(json["schema"]?.stringValue == "wtool-inspect-2")
    let finding = try #require(json["files"]?.arrayValue?.first?["findings"]?.arrayValue?.first)
    #expect(finding["layer"]?.stringValue == Self.name)
    #expect(finding["remedy_layers"]?.arrayValue?.compactMap(\.stringValue) == [Self.name])
    #expect(finding["remedy_actions"]?.arrayValue?.first?["action"]?.stringValue == "declare")
    #expect(finding["remedy"]?.stringValue?.isEmpty == false)
    for line in try render("jsonl", hostile).split(separator: "\n") { _ = try JSONParser.parse(String(line)) }
  }

  @Test(arguments: ["text", "short", "github", "markdown", "junit", "html"])
  func `nothing that a terminal acts on is printed`(format: String) throws {
    let scalars = try render(format, hostile).unicodeScalars
    let bad = scalars.filter { scalar in
      scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
    }
    // The page carries the report in JSON, which escapes them.
    #expect(bad.isEmpty, "\(bad.map { $0.value })")
  }

  @Test func `lines stay lines`() throws {
    for format in ["github", "short"] {
      let lines = try render(format, hostile).split(separator: "\n")
      #expect(lines.count == 2, "\(format): \(lines)")
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

  @Test func `every format reports a file that cannot be read`() throws {
    let report = AuditReport(
      files: [FileReport(path: "no.h5", failure: "no.h5: cannot read the file: No such file")],
      version: "1.0.0")
    for renderer in RendererCatalog.all {
      let text = renderer.render(report, RenderOptions())
      #expect(text.contains("cannot read the file: No such file"), "\(renderer.name)")
      #expect(text.contains("no.h5"), "\(renderer.name)")
    }
    #expect(try render("short", report) == "no.h5: error: cannot read the file: No such file\n")
    let issue = try #require(try JSONParser.parse(try render("gitlab", report)).arrayValue?.first)
    #expect(issue["severity"]?.stringValue == "blocker")
    #expect(issue["check_name"]?.stringValue == "unreadable-file")
    #expect(issue["fingerprint"]?.stringValue?.count == 16)
    let line = try JSONParser.parse(try render("jsonl", report))
    #expect(line["file"]?.stringValue == "no.h5" && line["failure"] != nil)
    let run = try #require(try JSONParser.parse(try render("sarif", report))["runs"]?.arrayValue?.first)
    #expect(run["invocations"]?.arrayValue?.first?["executionSuccessful"]?.boolValue == false)
  }

  @Test func `every format has a name of its own and renders nothing found`() {
    let names = RendererCatalog.all.map { $0.name }
    #expect(Set(names).count == names.count)
    let healthy = AuditReport(
      files: [FileReport(path: "m.h5", container: .init(format: "h5"), findings: [])], version: "1.0.0")
    for renderer in RendererCatalog.all {
      #expect(
        !renderer.render(healthy, RenderOptions()).isEmpty
          || ["short", "jsonl", "github"].contains(renderer.name))
    }
  }

  @Test func `every type that is a format is in the catalog`() throws {
    let declaration = /\b(?:enum|struct|class|actor|extension)\s+(\w+)\s*:\s*([^{]*)\{/
    let folder = Fixtures.packageDirectory.appending(path: "Sources/AuditReports")
    var types: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where path.hasSuffix(".swift") {
      let source = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
      for match in source.matches(of: declaration)
      where match.2.split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains("ReportRenderer") {
        types.insert(String(match.1))
      }
    }
    #expect(types == Set(RendererCatalog.all.map { String(describing: $0) }))
  }
}
