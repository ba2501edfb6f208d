import Foundation
import TestSupport

/// A Markdown page whose console blocks are run.
///
/// Lines of a block of the language `console` that begin with `$ ` are commands; what follows is their
/// output, in which a line `…` stands for any lines. HTML comments say how a page is run:
///
/// - `<!-- setup: NAME -->`: `fixtures/docs/NAME.sh` prepares the working folder;
/// - `<!-- columns: N -->`: the width of the terminal, 80 by default;
/// - `<!-- file: NAME -->` before any block: the block is written to that file;
/// - `<!-- run with NAME -->` before a console block: it runs only where the program NAME, or Keras, is
///   installed;
/// - `<!-- not run: REASON -->` before a console block: it does not run.
struct DocumentationPage {
  struct Command {
    let text: String
    /// The lines of the page that hold the expected output, counted from 0.
    let output: Range<Int>
  }

  enum Step {
    case file(name: String, contents: String)
    case console(commands: [Command], program: String?)
  }

  /// Relative to the package.
  let path: String
  private(set) var lines: [String]
  private(set) var setup: String?
  private(set) var columns = 80
  private(set) var steps: [Step] = []

  var url: URL { Fixtures.packageDirectory.appending(path: path) }

  init(_ path: String) throws {
    self.path = path
    let text = try String(contentsOf: Fixtures.packageDirectory.appending(path: path), encoding: .utf8)
    lines = text.components(separatedBy: "\n")
    parse()
  }

  /// The README and the pages of `docs`, without the generated ones in folders below.
  static let all: [String] = ["README.md"] + Fixtures.markdown(in: "docs", isRecursive: false)

  var runsSomething: Bool {
    steps.contains { if case .console = $0 { true } else { false } }
  }

  private mutating func parse() {
    var comment: (key: String, value: String)?
    var index = 0
    while index < lines.count {
      let line = lines[index]
      if let match = line.wholeMatch(of: /<!-- (setup:|columns:|file:|run with|not run:) ?(.*) -->/) {
        comment = (String(match.1), String(match.2))
        if match.1 == "setup:" { setup = String(match.2) }
        if match.1 == "columns:" { columns = Int(match.2) ?? 80 }
      } else if line.hasPrefix("```") {
        let end = lines[(index + 1)...].firstIndex { $0.hasPrefix("```") } ?? lines.count
        add(block: index + 1..<end, language: String(line.dropFirst(3)), comment)
        comment = nil
        index = end
      } else if !line.isEmpty {
        comment = nil
      }
      index += 1
    }
  }

  private mutating func add(block: Range<Int>, language: String, _ comment: (key: String, value: String)?) {
    if let comment, comment.key == "file:" {
      let contents = lines[block].joined(separator: "\n") + "\n"
      steps.append(.file(name: comment.value, contents: contents))
    } else if language == "console", comment?.key != "not run:" {
      let program = comment.flatMap { $0.key == "run with" ? $0.value : nil }
      steps.append(.console(commands: commands(in: block), program: program))
    }
  }

  private func commands(in block: Range<Int>) -> [Command] {
    var commands: [Command] = []
    var index = block.lowerBound
    while index < block.upperBound {
      var text = String(lines[index].trimmingPrefix("$ "))
      while text.hasSuffix("\\"), index + 1 < block.upperBound {
        index += 1
        text = String(text.dropLast()) + lines[index].drop { $0 == " " }
      }
      let start = index + 1
      index = lines[start..<block.upperBound].firstIndex { $0.hasPrefix("$ ") } ?? block.upperBound
      commands.append(Command(text: text, output: start..<index))
    }
    return commands
  }

  /// Writes the page with other outputs.
  func write(_ outputs: [(range: Range<Int>, lines: [String])]) throws {
    var lines = lines
    for output in outputs.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      lines.replaceSubrange(output.range, with: output.lines)
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: url)
  }
}

extension Fixtures {
  /// The Markdown files in a folder of the package, relative to the package, sorted.
  static func markdown(in folder: String, isRecursive: Bool) -> [String] {
    let url = packageDirectory.appending(path: folder)
    let names =
      isRecursive
      ? FileManager.default.subpaths(atPath: url.path)
      : try? FileManager.default.contentsOfDirectory(atPath: url.path)
    return (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }
}
