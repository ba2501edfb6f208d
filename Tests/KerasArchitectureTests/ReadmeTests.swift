import Foundation
import TestSupport
import Testing

@testable import KerasArchitecture

@Suite struct ReadmeTests {
  /// The README's list of layers is the catalogue's; `WTOOL_RECORD=1 swift test --filter ReadmeTests` writes it
  /// anew, and fails so that nobody takes that for a test.
  @Test func `the README lists the catalogue`() throws {
    let url = Fixtures.packageDirectory.appending(path: "README.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let (begin, end) = ("<!-- layers -->\n", "\n<!-- end of layers -->")
    let start = try #require(text.range(of: begin)).upperBound
    let stop = try #require(text.range(of: end)).lowerBound
    let table = Self.table
    if ProcessInfo.processInfo.environment["WTOOL_RECORD"] != nil {
      try (text[..<start] + table + text[stop...]).write(to: url, atomically: true, encoding: .utf8)
      Issue.record("README.md was written anew")
    } else {
      #expect(String(text[start..<stop]) == table)
    }
  }

  /// Every name of every class, sorted, in lines of a README.
  private static var table: String {
    let models: Set = ["Functional", "Sequential"]
    var entries: [String] = []
    for kind in LayerCatalog.all where !models.contains(kind.classNames[0]) {
      entries += kind.classNames.map { "`\($0)`" }
    }
    var lines = [""]
    for entry in entries.sorted() {
      let addition = (lines[lines.count - 1].isEmpty ? "" : " ") + entry + ","
      if lines[lines.count - 1].count + addition.count > 118 { lines.append("") }
      lines[lines.count - 1] += lines[lines.count - 1].isEmpty ? entry + "," : addition
    }
    return lines.joined(separator: "\n").dropLast() + "."
  }
}
