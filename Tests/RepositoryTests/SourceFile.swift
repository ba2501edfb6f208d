import Foundation
import TestSupport
import Testing

/// The text files of the repository, as its rules see them.
struct SourceFile: Sendable, CustomTestStringConvertible {
  /// The path below the package's root.
  let path: String
  let lines: [String]

  var testDescription: String { path }

  /// The files below a folder with one of these extensions, sorted by path.
  static func all(in folders: [String], _ extensions: Set<String>) -> [SourceFile] {
    let root = Fixtures.packageDirectory
    let paths = folders.flatMap { folder -> [String] in
      let url = root.appending(path: folder)
      if extensions.contains(url.pathExtension) { return [folder] }
      let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
      return names.filter { name in
        let parts = name.split(separator: "/")
        return extensions.contains(URL(filePath: name).pathExtension) && !parts.contains { $0.hasPrefix(".") }
      }.map { "\(folder)/\($0)" }
    }
    return paths.sorted().compactMap { path in
      guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
        return nil
      }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      return SourceFile(path: path, lines: lines)
    }
  }

  /// Swift sources of the package and of the packages inside it.
  static let swift = all(in: ["Package.swift", "Sources", "Tests", "Benchmarks"], ["swift"])
  /// Swift sources that are part of the tool.
  static let sources = all(in: ["Sources"], ["swift"])
  /// What people read.
  static let prose = all(
    in: ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md", "docs", "Sources"], ["md"])

  /// The lines that match, as `path:line: text`.
  func places(_ matches: (String) -> Bool) -> [String] {
    lines.enumerated().filter { matches($0.element) }.map {
      "\(path):\($0.offset + 1): \($0.element.trimmingCharacters(in: .whitespaces))"
    }
  }
}
