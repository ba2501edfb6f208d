import Foundation
import TestSupport
import Testing

/// Every command of the documentation prints what the documentation says.
///
/// `WTOOL_RECORD=1 swift test --filter DocumentationTests` writes the outputs into the pages, and fails:
/// nobody records by accident.
@Suite(.serialized) struct DocumentationTests {
  private static let isRecording = MarkedSection.isRecording

  @Test(arguments: DocumentationPage.all) func `commands print what the page says`(path: String) async throws
  {
    let page = try DocumentationPage(path)
    #expect(page.runsSomething, "\(path) has no console block that runs")
    try await withTemporaryDirectory { root in
      let session = try ConsoleSession(in: root.resolvingSymlinksInPath(), columns: page.columns)
      if let setup = page.setup, let failure = try session.prepare(setup) {
        Issue.record("\(path): \(failure)")
        return
      }
      var outputs: [(range: Range<Int>, lines: [String])] = []
      for step in page.steps {
        switch step {
        case .file(let name, let contents): try session.write(contents, to: name)
        case .console(_, let program?) where !session.has(program): continue
        case .console(let commands, _): outputs += try changes(commands, page, session)
        }
      }
      if Self.isRecording {
        try page.write(outputs)
        Issue.record("\(path) was recorded; look at the change and run without WTOOL_RECORD")
      }
    }
  }

  /// Runs the commands of a block; reports outputs that are not as documented.
  ///
  /// - Returns: those outputs, to be recorded.
  private func changes(
    _ commands: [DocumentationPage.Command], _ page: DocumentationPage, _ session: ConsoleSession
  ) throws -> [(range: Range<Int>, lines: [String])] {
    var changes: [(range: Range<Int>, lines: [String])] = []
    for (command, printed) in zip(commands, try session.run(commands: commands.map(\.text))) {
      let output = DocumentedOutput(page.lines[command.output], printed)
      guard !output.isCurrent else { continue }
      changes.append((command.output, output.recorded))
      guard !Self.isRecording else { continue }
      let line = command.output.lowerBound
      Issue.record(
        """
        \(page.path):\(line): `\(command.text)` prints something else; WTOOL_RECORD=1 records it
        \(output.difference)
        """,
        sourceLocation: SourceLocation(
          fileID: "WToolTests/\(page.path)", filePath: page.url.path, line: line, column: 1))
    }
    return changes
  }

  @Test func `every page is in the index`() throws {
    let index = try DocumentationPage("docs/README.md").lines.joined(separator: "\n")
    for path in Fixtures.markdown(in: "docs", isRecursive: false) where path != "docs/README.md" {
      #expect(
        index.contains("](\(path.dropFirst("docs/".count)))"), "docs/README.md does not link to \(path)")
    }
  }
}
