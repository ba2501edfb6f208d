/// Columns of text, each as wide as its widest cell; or narrower, with long cells on several lines, to fit a
/// terminal.
///
/// Cells are made safe to print; see `SafeText`.
package struct TextTable {
  package enum Alignment: Sendable { case left, right }

  /// No column that is made narrower has fewer characters than these.
  private static let minimumWidth = 8

  private let alignments: [Alignment]
  private var rows: [[String]]

  package init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  /// Appends a row; missing cells are empty.
  package mutating func append(_ row: [String]) {
    rows.append(row.map(\.safe) + Array(repeating: "", count: max(0, alignments.count - row.count)))
  }

  /// The table with a rule below its head, every row on one line.
  package var text: String { text(width: nil) }

  /// The table with a rule below its head.
  ///
  /// - Parameter width: the number of columns that a line may have, if it is limited: long cells of
  ///   left-aligned columns then go on in the next line. Numbers are never broken.
  /// - Returns: its lines, each with its line end.
  package func text(width: Int?) -> String {
    let widths = self.widths(fitting: width)
    var lines: [String] = []
    for (index, row) in rows.enumerated() {
      lines += self.lines(row, widths)
      if index == 0 { lines.append(String(repeating: "-", count: Self.total(widths))) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + 2 * (widths.count - 1) }

  /// The widths of the columns, of which the widest ones give way: first between words, then anywhere.
  private func widths(fitting limit: Int?) -> [Int] {
    var widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    guard let limit else { return widths }
    let words = alignments.indices.map { column in
      rows.map { Self.longestWord(in: $0[column]) }.max() ?? 0
    }
    for least in [words, words.map { min($0, Self.minimumWidth) }] {
      while Self.total(widths) > limit {
        let shrinkable = widths.indices.filter { alignments[$0] == .left && widths[$0] > least[$0] }
        guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
      }
    }
    return widths
  }

  /// What a cell may be broken behind.
  private static let separators: Set<Character> = [" ", "/", "_", ",", ":", "-"]

  private static func longestWord(in cell: String) -> Int {
    var (longest, length) = (0, 0)
    for character in cell {
      if character != " " { length += 1 }
      longest = max(longest, length)
      if separators.contains(character) { length = 0 }
    }
    return longest
  }

  private func lines(_ row: [String], _ widths: [Int]) -> [String] {
    let cells = zip(row, widths).map { cell, width in Self.folded(cell, width: width) }
    return (0..<(cells.map(\.count).max() ?? 1)).map { line in
      let parts = alignments.indices.map { column in
        let text = line < cells[column].count ? cells[column][line] : ""
        let padding = String(repeating: " ", count: max(0, widths[column] - text.count))
        return alignments[column] == .left ? text + padding : padding + text
      }
      return parts.joined(separator: "  ").trimmingTrailingSpaces()
    }
  }

  /// The lines of a cell, broken after a space or a separator of names if there is one.
  private static func folded(_ cell: String, width: Int) -> [String] {
    guard cell.count > width, width > 0 else { return [cell] }
    var lines: [String] = []
    var rest = Array(cell)[...]
    while rest.count > width {
      let part = rest.prefix(width)
      let end = part.lastIndex(where: separators.contains).map { $0 + 1 } ?? part.endIndex
      lines.append(String(rest[rest.startIndex..<end]).trimmingTrailingSpaces())
      rest = rest[end...]
    }
    return rest.isEmpty ? lines : lines + [String(rest)]
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    String(prefix(upTo: (lastIndex { $0 != " " }).map(index(after:)) ?? startIndex))
  }
}
