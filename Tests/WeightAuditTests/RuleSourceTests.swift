import Foundation
import TestSupport
import Testing
import WeightAudit

/// Facts that only the sources tell: which types there are, and which rules texts name.
@Suite struct RuleSourceTests {
  private func files(below folders: [String], _ extensions: Set<String>) throws -> [URL] {
    try folders.flatMap { folder -> [URL] in
      let url = Fixtures.packageDirectory.appending(path: folder)
      guard (try? url.checkResourceIsReachable()) == true else { return [] }
      if !url.hasDirectoryPath, extensions.contains(url.pathExtension) { return [url] }
      let paths = try FileManager.default.subpathsOfDirectory(atPath: url.path)
      return paths.map { url.appending(path: $0) }.filter { extensions.contains($0.pathExtension) }
    }
  }

  @Test func `every type that is a rule is in the catalog`() throws {
    let declaration = /\b(?:enum|struct|class|actor|extension)\s+(\w+)\s*:\s*([^{]*)\{/
    var rules: Set<String> = []
    for file in try files(below: ["Sources/WeightAudit"], ["swift"]) {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: declaration) {
        let protocols = match.2.split { $0 == "," || $0.isWhitespace }
        if protocols.contains("Rule") || protocols.contains("TensorRule") { rules.insert(String(match.1)) }
      }
    }
    #expect(rules == Set(RuleCatalog.all.map { String(describing: $0) }))
  }

  @Test func `a rule's file has its name and lies in the folder of its family`() throws {
    let files = try files(below: ["Sources/WeightAudit/Rules"], ["swift"])
    var families: [String: Set<RuleFamily>] = [:]
    for rule in RuleCatalog.all {
      let file = try #require(files.first { $0.deletingPathExtension().lastPathComponent == "\(rule)" })
      let folder = file.deletingLastPathComponent().lastPathComponent
      families[folder, default: []].insert(try #require(rule.descriptor.id.family))
    }
    #expect(families.values.allSatisfy { $0.count == 1 }, "\(families)")
    #expect(families.count == RuleFamily.allCases.count)
  }

  @Test func `every identifier that a text names is a rule's`() throws {
    let families = RuleFamily.allCases.map(\.rawValue).joined(separator: "|")
    let identifier = try Regex("\\b(?:\(families))[0-9]{3}\\b")
    let known = Set(RuleCatalog.descriptors.map(\.id.description))
    let texts = try files(
      below: ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "fixtures/schema", "Sources"],
      ["md", "json", "swift"])
    #expect(texts.count > 10)
    for file in texts {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: identifier) {
        #expect(known.contains(String(match.0)), "\(file.lastPathComponent): \(match.0)")
      }
    }
  }
}
