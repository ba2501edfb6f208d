import Foundation
import TestSupport
import Testing

/// Recorded texts under `fixtures/golden`, which outputs are compared with.
///
/// `WTOOL_RECORD=1 swift test` records them, and fails: nobody records by accident.
enum GoldenText {
  static func expect(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = Fixtures.url("golden/\(name)")
    if ProcessInfo.processInfo.environment["WTOOL_RECORD"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      Issue.record(
        "fixtures/golden/\(name) was recorded; look at the change and run without WTOOL_RECORD",
        sourceLocation: sourceLocation)
      return
    }
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    guard recorded != text else { return }
    let difference = recorded.map { Self.difference($0, text) } ?? "there is no such file"
    Issue.record(
      "fixtures/golden/\(name) differs; WTOOL_RECORD=1 records it anew\n\(difference)",
      sourceLocation: sourceLocation)
  }

  /// The first lines that differ.
  private static func difference(_ recorded: String, _ text: String) -> String {
    let old = recorded.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let index = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
    func lines(_ all: [Substring], _ sign: String) -> String {
      all.dropFirst(index).prefix(3).map { "\(sign) \($0)" }.joined(separator: "\n")
    }
    return "line \(index + 1):\n\(lines(old, "-"))\n\(lines(new, "+"))"
  }
}
