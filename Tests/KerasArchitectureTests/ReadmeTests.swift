import Foundation
import TestSupport
import Testing

@testable import KerasArchitecture

@Suite(.serialized) struct ReadmeTests {
  /// The README's list of layers is the catalog's; `WTOOL_RECORD=1 swift test --filter ReadmeTests` writes it
  /// anew, and fails so that nobody takes that for a test.
  @Test(arguments: [("layers", false), ("layers of Keras 1", true)])
  func `the README lists the catalog`(mark: String, isKeras1: Bool) throws {
    let url = Fixtures.packageDirectory.appending(path: "README.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let (begin, end) = ("<!-- \(mark) -->\n", "\n<!-- end of \(mark) -->")
    let start = try #require(text.range(of: begin)).upperBound
    let stop = try #require(text.range(of: end)).lowerBound
    let models: Set = ["Functional", "Model", "Sequential"]
    let names = LayerCatalog.all.flatMap { isKeras1 ? $0.keras1ClassNames : $0.classNames }
    let table = Self.table(names.filter { !models.contains($0) })
    if ProcessInfo.processInfo.environment["WTOOL_RECORD"] != nil {
      try (text[..<start] + table + text[stop...]).write(to: url, atomically: true, encoding: .utf8)
      Issue.record("README.md was written anew")
    } else {
      #expect(String(text[start..<stop]) == table)
    }
  }

  /// Every name of every class, sorted, in lines of a README.
  private static func table(_ names: [String]) -> String {
    var lines = [""]
    for entry in names.sorted().map({ "`\($0)`" }) {
      let addition = (lines[lines.count - 1].isEmpty ? "" : " ") + entry + ","
      if lines[lines.count - 1].count + addition.count > 118 { lines.append("") }
      lines[lines.count - 1] += lines[lines.count - 1].isEmpty ? entry + "," : addition
    }
    return lines.joined(separator: "\n").dropLast() + "."
  }
}
