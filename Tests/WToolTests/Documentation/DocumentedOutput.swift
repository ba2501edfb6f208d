/// The output of a command as a page shows it, compared with what the command prints.
struct DocumentedOutput {
  private let documented: [String]
  private let printed: [String]
  /// How many empty lines of the page follow the output.
  private let emptyLineCount: Int

  /// - Parameters:
  ///   - documented: the lines of the page, in which `…` stands for any lines; empty lines at the end do not
  ///     count.
  ///   - printed: the text of the command.
  init(_ documented: some Sequence<String>, _ printed: String) {
    let lines = Array(documented)
    self.documented = Self.withoutEmptyEnd(lines)
    emptyLineCount = lines.count - self.documented.count
    self.printed = Self.withoutEmptyEnd(
      printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  /// Whether the output is as documented, but for times.
  var isCurrent: Bool { Self.normalized(merged) == Self.normalized(documented) }

  /// The lines to record: those that are printed, and the empty ones that follow on the page.
  var recorded: [String] { merged + Array(repeating: "", count: emptyLineCount) }

  /// The printed lines as a page shows them: what the documented `…` stands for is left out, and lines that
  /// differ in times only stay as they are.
  private var merged: [String] {
    let kept = Dictionary(
      documented.map { (Self.normalized($0), $0) }, uniquingKeysWith: { first, _ in first })
    let lines = printed.map { kept[Self.normalized($0)] ?? $0 }
    guard let gap = documented.firstIndex(of: "…") else { return lines }
    let end = documented.count - gap - 1
    guard gap + end < lines.count else { return lines }
    return Array(lines.prefix(gap)) + ["…"] + Array(lines.suffix(end))
  }

  /// What differs, line by line.
  var difference: String {
    let changes = Self.normalized(merged).difference(from: Self.normalized(documented))
    var removed: Set<Int> = []
    var inserted: [Int: String] = [:]
    for change in changes {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, let line, _): inserted[offset] = line
      }
    }
    var (text, old, new) = ("", 0, 0)
    while old < documented.count || inserted[new] != nil {
      if removed.contains(old) {
        text += "- \(documented[old])\n"
        old += 1
      } else if let line = inserted[new] {
        text += "+ \(line)\n"
        new += 1
      } else {
        text += "  \(documented[old])\n"
        old += 1
        new += 1
      }
    }
    return text
  }

  private static func normalized(_ lines: [String]) -> [String] { lines.map { normalized($0) } }

  /// The line with `N` for every time.
  private static func normalized(_ line: String) -> String {
    line.replacing(/\b[0-9]+(\.[0-9]+)? (s|ms)\b/) { "N \($0.output.2)" }
      .replacing(/"seconds": ?[0-9.e-]+/, with: "\"seconds\": N")
  }

  private static func withoutEmptyEnd(_ lines: [String]) -> [String] {
    var lines = lines
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
