import Foundation

/// The part of a page between `<!-- NAME -->` and `<!-- end of NAME -->` that a test keeps equal to a
/// catalog.
package struct MarkedSection {
  package struct MissingMark: Error, CustomStringConvertible {
    package let description: String
  }

  private let url: URL
  private let name: String

  /// - Parameters:
  ///   - name: the name in the marks.
  ///   - path: the page, relative to the package.
  package init(_ name: String, in path: String) {
    url = Fixtures.packageDirectory.appending(path: path)
    self.name = name
  }

  /// Whether `WTOOL_RECORD=1` asks for sections to be written; a test that writes one must fail.
  package static var isRecording: Bool { ProcessInfo.processInfo.environment["WTOOL_RECORD"] == "1" }

  package func text() throws -> String {
    let page = try String(contentsOf: url, encoding: .utf8)
    return String(page[try range(in: page)])
  }

  package func write(_ text: String) throws {
    var page = try String(contentsOf: url, encoding: .utf8)
    page.replaceSubrange(try range(in: page), with: text)
    try Data(page.utf8).write(to: url)
  }

  private func range(in page: String) throws -> Range<String.Index> {
    guard let begin = page.range(of: "<!-- \(name) -->\n"),
      let end = page.range(of: "<!-- end of \(name) -->"),
      begin.upperBound <= end.lowerBound
    else { throw MissingMark(description: "\(url.lastPathComponent) has no section \"\(name)\"") }
    return begin.upperBound..<end.lowerBound
  }
}
