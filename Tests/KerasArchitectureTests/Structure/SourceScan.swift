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

  /// The sources of the target, which are read once.
  static let kerasArchitecture = Result { try SourceScan(target: "KerasArchitecture") }

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

  /// The words of code that begin with a capital letter, as the names of types do.
  static func typeNames(in code: String) -> Set<String> {
    let words = code.utf8.split { byte in
      !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) && byte != UInt8(ascii: "_")
    }
    return Set(
      words.filter { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0.first ?? 0) }.map {
        String($0) ?? ""
      })
  }

  private static func declarations(in file: File) -> [Declaration] {
    var depth = 0
    var topLevel: [UInt8] = []
    for byte in file.code.utf8 {
      if byte == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { topLevel.append(byte) }
      if byte == UInt8(ascii: "{") { depth += 1 }
    }
    return String(decoding: topLevel, as: UTF8.self).matches(
      of: /\b(struct|class|enum|protocol|actor|typealias)\s+(\w+)\s*(<)?/
    )
    .compactMap { match in
      Declaration.Keyword(rawValue: String(match.1)).map {
        Declaration(name: String(match.2), keyword: $0, isGeneric: match.3 != nil, file: file)
      }
    }
  }

  /// Swift without comments and strings; what is interpolated into a string is code.
  static func code(of text: String) -> String {
    var parser = CodeParser(text: Array(text.utf8))
    return parser.code()
  }
}

/// A parser that separates code from comments and strings.
private struct CodeParser {
  /// UTF-8, which is many times faster than characters.
  let text: [UInt8]
  private var position = 0
  private var result: [UInt8] = []

  init(text: [UInt8]) { self.text = text }

  private func starts(with prefix: String) -> Bool {
    text[position...].starts(with: prefix.utf8)
  }

  private var byte: Character { Character(Unicode.Scalar(text[position])) }

  mutating func code() -> String {
    copyCode(untilParenthesis: false)
    return String(decoding: result, as: UTF8.self)
  }

  /// Copies code, up to the parenthesis that closes an interpolation.
  private mutating func copyCode(untilParenthesis: Bool) {
    var depth = 0
    while position < text.count {
      switch byte {
      case "/" where starts(with: "//"):
        while position < text.count, byte != "\n" { position += 1 }
        continue
      case "/" where starts(with: "/*"):
        while position < text.count, !starts(with: "*/") { position += 1 }
        position += 2
        continue
      case "\"":
        skipString()
        continue
      case "#" where starts(with: "#\"") || starts(with: "##\""):
        skipString()
        continue
      case "(": depth += 1
      case ")":
        depth -= 1
        if untilParenthesis, depth < 0 { return }
      default: break
      }
      result.append(text[position])
      position += 1
    }
  }

  private mutating func skipString() {
    var hashes = ""
    while byte == "#" {
      hashes.append("#")
      position += 1
    }
    let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
    position += quote.count
    result.append(UInt8(ascii: " "))
    while position < text.count {
      switch byte {
      case "\"" where starts(with: quote + hashes):
        position += quote.count + hashes.count
        return
      case "\\" where starts(with: "\\\(hashes)("):
        position += hashes.count + 2
        copyCode(untilParenthesis: true)
        position += 1
      case "\\" where starts(with: "\\\(hashes)"): position += hashes.count + 2
      default: position += 1
      }
    }
  }
}
