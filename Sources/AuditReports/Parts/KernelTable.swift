import Text
import WeightAudit

/// A line for each kernel: scale against the declared one, the distribution, the rules that report it.
struct KernelTable {
  private let rows: [KernelRow]
  private let width: Int

  /// - Parameters:
  ///   - file: whose kernels.
  ///   - width: the number of columns; names are shortened in the middle to keep to it.
  init(_ file: FileReport, width: Int) {
    rows = KernelRow.all(in: file)
    self.width = width
  }

  private static let nameColumn = 1
  private static let initializerColumn = 4
  /// The length below which names are not shortened.
  private static let leastNameLength = 12

  var lines: [String] {
    let isWide = width >= 100
    var cells = [
      ["", "kernel", "shape", "std"] + (isWide ? ["initializer", "declared"] : [])
        + ["×", "distribution", "rules"]
    ]
    for row in rows {
      cells.append(
        [row.glyph, row.name.safe, row.shape, row.deviationText]
          + (isWide ? [row.initializer.safe, row.declaredText] : [])
          + [row.ratioText, Self.bars(row), row.rulesText])
    }
    if isWide { Self.shorten(column: Self.initializerColumn, to: 24, in: &cells) }
    return Self.lines(cells, width: width)
  }

  /// The lines of a table whose names give way where it is too wide.
  ///
  /// - Parameters:
  ///   - cells: the rows, the head first; names are in the second column.
  ///   - width: the number of columns of the terminal.
  ///   - optional: columns that are left out, the first of these first, before names are made short.
  /// - Returns: the table.
  static func lines(_ cells: [[String]], width: Int, optional: [String] = []) -> [String] {
    var cells = cells
    var optional = optional[...]
    func rest() -> Int {
      var rest = width
      for (column, size) in Self.widths(cells).enumerated() where column != nameColumn { rest -= size + 2 }
      return rest
    }
    while rest() < Self.widths(cells)[nameColumn], let title = optional.popFirst() {
      guard let column = cells[0].firstIndex(of: title) else { continue }
      for index in cells.indices where cells[index].indices.contains(column) {
        cells[index].remove(at: column)
      }
    }
    shorten(column: nameColumn, to: max(leastNameLength, rest()), in: &cells)
    let widths = Self.widths(cells)
    return cells.map { row in
      let line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// So many rows are printed unless all are wanted.
  static let usualLimit = 60

  /// Rows that are printed, in their order: the first ones, and those that matter most.
  static func shown<Row>(_ rows: [Row], limit: Int, isImportant: (Row) -> Bool = { _ in false }) -> [Row] {
    guard rows.count > limit else { return rows }
    let important = Set(rows.indices.filter { isImportant(rows[$0]) }.prefix(limit))
    let others = rows.indices.filter { !important.contains($0) }.prefix(limit - important.count)
    return important.union(others).sorted().map { rows[$0] }
  }

  /// A line about rows that are not printed; none if all are.
  static func rest(_ count: Int) -> [String] {
    count > 0 ? ["   … and \(NumberText.counted(count, "other kernel")): --table always"] : []
  }

  private static func widths(_ cells: [[String]]) -> [Int] {
    cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
  }

  /// Replaces the middle of texts that are too long by `…`.
  private static func shorten(column: Int, to length: Int, in cells: inout [[String]]) {
    for index in cells.indices where cells[index][column].count > length {
      let text = cells[index][column]
      let tail = length / 2
      cells[index][column] = "\(text.prefix(length - 1 - tail))…\(text.suffix(tail))"
    }
  }

  private static func bars(_ row: KernelRow) -> String {
    let counts = row.histogram(bins: 12).counts
    let largest = counts.max() ?? 0
    let glyphs = Array(" ▁▂▃▄▅▆▇█")
    return String(
      counts.map { count in
        largest == 0 || count == 0 ? glyphs[0] : glyphs[max(1, count * 8 / largest)]
      })
  }
}
