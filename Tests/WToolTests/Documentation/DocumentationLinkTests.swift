import Foundation
import TestSupport
import Testing

/// Links between pages lead somewhere.
@Suite struct DocumentationLinkTests {
  private static let pages =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "fixtures/README.md"]
    + Fixtures.markdown(in: "docs", isRecursive: true)

  @Test(arguments: pages) func `relative links name a file and a heading that exist`(path: String) throws {
    let page = Fixtures.packageDirectory.appending(path: path)
    let text = Self.withoutCode(try String(contentsOf: page, encoding: .utf8))
    for match in text.matches(of: /\]\(([^)\s]+)\)/) {
      let link = String(match.1)
      guard !link.contains("://"), !link.hasPrefix("mailto:") else { continue }
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let target =
        parts[0].isEmpty
        ? page : page.deletingLastPathComponent().appending(path: parts[0]).standardizedFileURL
      guard FileManager.default.fileExists(atPath: target.path) else {
        Issue.record("\(path): there is no \(link)")
        continue
      }
      guard parts.count > 1 else { continue }
      let headings = Self.anchors(in: try String(contentsOf: target, encoding: .utf8))
      #expect(headings.contains(parts[1]), "\(path): \(link) names no heading")
    }
  }

  /// The anchors that GitHub gives the headings of a page.
  private static func anchors(in text: String) -> Set<String> {
    var anchors: Set<String> = []
    for line in withoutCode(text).split(separator: "\n") where line.hasPrefix("#") {
      let heading = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
      let anchor = String(heading.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }).replacing(
        " ", with: "-")
      let count = (0...).first { !anchors.contains($0 == 0 ? anchor : "\(anchor)-\($0)") } ?? 0
      anchors.insert(count == 0 ? anchor : "\(anchor)-\(count)")
    }
    return anchors
  }

  /// The page without its fenced blocks.
  private static func withoutCode(_ text: String) -> String {
    var isCode = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("```") { isCode.toggle() }
      return !isCode
    }.joined(separator: "\n")
  }
}
