import Foundation
import TestSupport

/// The source files of a target, without comments and strings, and the types that they declare.
struct SourceScan {
  /// A source file of the target.
  struct File {
    /// The path below the target's folder: `Layers/Core/Dense.swift`.
    let path: String
    /// The code without comments and the text of strings.
    let code: String

    var folder: String { String(path.prefix { $0 != "/" }) }
  }

  /// A type at the top level of a file.
  struct Declaration {
    enum Keyword: String { case `struct`, `class`, `enum`, `protocol`, `actor`, `typealias` }

    let name: String
    let keyword: Keyword
    let isGeneric: Bool
    let file: File
  }

  let files: [File]
  let declarations: [Declaration]

  init(target: String) throws {
    let root = Fixtures.packageDirectory.appending(path: "Sources/\(target)")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".swift") }.sorted()
    files = try paths.map { path in
      let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
      return File(path: path, code: Self.code(of: text))
    }
    declarations = files.flatMap(Self.declarations)
  }

  /// The whole words of a file's code that begin like a type's name.
  static func typeNames(in code: String) -> Set<String> {
    Set(code.matches(of: /\b[A-Z]\w*/).map { String($0.0) })
  }

  private static func declarations(in file: File) -> [Declaration] {
    var depth = 0
    var topLevel = ""
    for character in file.code {
      if character == "}" { depth -= 1 }
      if depth == 0 { topLevel.append(character) }
      if character == "{" { depth += 1 }
    }
    return topLevel.matches(of: /\b(struct|class|enum|protocol|actor|typealias)\s+(\w+)\s*(<)?/)
      .compactMap { match in
        Declaration.Keyword(rawValue: String(match.1)).map {
          Declaration(name: String(match.2), keyword: $0, isGeneric: match.3 != nil, file: file)
        }
      }
  }

  /// Swift without comments and strings; what is interpolated into a string is code.
  static func code(of text: String) -> String {
    var parser = CodeParser(text: Array(text))
    return parser.code()
  }
}

/// A parser that separates code from comments and strings.
private struct CodeParser {
  let text: [Character]
  private var position = 0
  private var result = ""

  init(text: [Character]) { self.text = text }

  private func starts(with prefix: String) -> Bool {
    text[position...].starts(with: prefix)
  }

  mutating func code() -> String {
    skipCode(untilParenthesis: false)
    return result
  }

  /// Copies code, up to the parenthesis that closes an interpolation.
  private mutating func skipCode(untilParenthesis: Bool) {
    var depth = 0
    while position < text.count {
      if starts(with: "//") {
        while position < text.count, text[position] != "\n" { position += 1 }
      } else if starts(with: "/*") {
        while position < text.count, !starts(with: "*/") { position += 1 }
        position += 2
      } else if text[position] == "\"" || starts(with: "#\"") || starts(with: "##\"") {
        skipString()
      } else {
        if text[position] == "(" { depth += 1 }
        if text[position] == ")" {
          depth -= 1
          if untilParenthesis, depth < 0 { return }
        }
        result.append(text[position])
        position += 1
      }
    }
  }

  private mutating func skipString() {
    var hashes = ""
    while text[position] == "#" {
      hashes.append("#")
      position += 1
    }
    let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
    position += quote.count
    result.append(" ")
    while position < text.count, !starts(with: quote + hashes) {
      if starts(with: "\\\(hashes)(") {
        position += hashes.count + 2
        skipCode(untilParenthesis: true)
        position += 1
      } else {
        position += starts(with: "\\\(hashes)") ? hashes.count + 2 : 1
      }
    }
    position += quote.count + hashes.count
  }
}
