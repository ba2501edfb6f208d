import SignalGraph
import Tensors
import Text
import WeightAudit

/// What became of each kernel over the checkpoints of a training: how far it moved from one to the next, its
/// norms, and how many directions share its weight.
struct SeriesTable {
  private let summary: SeriesSummary
  private let severities: [String: Severity]
  private let width: Int

  /// - Parameters:
  ///   - file: the report of the last checkpoint.
  ///   - width: the number of columns of the terminal.
  init?(_ file: FileReport, width: Int) {
    guard let summary = file.series else { return nil }
    self.summary = summary
    self.width = width
    severities = Dictionary(
      file.active.flatMap(\.all).compactMap { found in found.finding.path.map { ($0, found.finding.severity) }
      }
    ) { max($0, $1) }
  }

  /// `4 checkpoints: epoch1.h5 (step 100) … epoch4.h5 (step 400), by optimizer steps`.
  var header: String {
    let checkpoints = summary.series.checkpoints
    let ends = [checkpoints.first, checkpoints.last].compactMap(\.?.words).map(\.safe)
    return "\(NumberText.counted(checkpoints.count, "checkpoint")): \(ends.joined(separator: " … ")), "
      + (summary.isByIterations ? "in the order of the optimizer's steps" : "in the order of their names")
      + (summary.restart.map { "; the optimizer counts anew from \($0.safe) on" } ?? "")
  }

  /// The table and its legend; none where there are no kernels.
  ///
  /// - Parameter limit: how many kernels are shown, those with findings among them.
  /// - Returns: the lines.
  func lines(limit: Int) -> [String] {
    let (cells, hidden) = rows(limit: limit)
    guard cells.count > 1 else { return [] }
    let table =
      KernelTable.lines(cells, width: width, optional: ["largest σ", "stable rank"])
      + KernelTable.rest(hidden)
    let legend =
      "change: ‖ΔW‖ / ‖W‖ from each checkpoint to the next; ▁ is 1e-4 or less, ▄ is 1e-2, █ is 1 or more, "
      + "· is none, ? is not finite; σ: singular values"
    return table + TextWrapping.lines(legend, width: width, indent: "  ")
  }

  /// The cells of the table, its head first.
  ///
  /// - Parameter limit: how many kernels are shown, those with findings among them.
  /// - Returns: the rows, and how many others there are.
  func rows(limit: Int) -> (cells: [[String]], hidden: Int) {
    let all = summary.followed { severities[$0.tensor.path] != nil }
    let histories = KernelTable.shown(all, limit: limit) { severities[$0.tensor.path] != nil }
    var cells = [["", "kernel", "change", "last", "norm", "largest σ", "stable rank"]]
    for history in histories { cells.append(row(history)) }
    if histories.contains(where: { $0.points.contains { $0.deadUnits ?? 0 > 0 } }) {
      cells[0].append("dead")
      for (index, history) in histories.enumerated() { cells[index + 1].append(Self.dead(history)) }
    }
    return (cells, all.count - histories.count)
  }

  private func row(_ history: TensorHistory) -> [String] {
    let points = history.points
    func range(_ value: (TensorHistory.Point) -> Double?) -> String {
      func text(_ point: TensorHistory.Point?) -> String? {
        guard let point else { return nil }
        return point.nonFiniteCount > 0 ? "not finite" : value(point).map(ReportNumber.short)
      }
      guard let first = text(points.first), let last = text(points.last) else { return "–" }
      let ends = (first, last)
      return ends.0 == ends.1 ? ends.0 : "\(ends.0) → \(ends.1)"
    }
    return [
      (severities[history.tensor.path]?.glyph ?? "✓"), history.tensor.name.safe,
      Self.bars(history.changes, columns: 24),
      history.changes.last.flatMap(\.self).map { ReportNumber.short($0.ratio) } ?? "–",
      range(\.norm), range(\.spectralNorm), range(\.stableRank),
    ]
  }

  private static func dead(_ history: TensorHistory) -> String {
    let counts = history.points.map { $0.deadUnits ?? 0 }
    guard let first = counts.first, let last = counts.last, first > 0 || last > 0 else { return "" }
    return first == last ? "\(last)" : "\(first) → \(last)"
  }

  /// A bar for each change, or for the largest of a few of them.
  private static func bars(_ changes: [TensorHistory.Change?], columns: Int) -> String {
    let glyphs = Array("▁▂▃▄▅▆▇█")
    let count = min(columns, changes.count)
    return String(
      (0..<count).map { column -> Character in
        let part = changes[column * changes.count / count..<(column + 1) * changes.count / count]
        let known = part.compactMap(\.self)
        guard known.count == part.count else { return "?" }
        let largest = known.map(\.ratio).max() ?? 0
        guard known.contains(where: { !$0.isNone }), largest > 0 else { return "·" }
        let level = (4 + Elementary.decimalLogarithm(largest)) * 7 / 4
        return glyphs[Int(min(max(level, 0), 7).rounded())]
      })
  }
}

extension SeriesSummary {
  /// What tables show: what connects units, embeddings, and what else something was found about.
  func followed(_ isFound: (TensorHistory) -> Bool = { _ in false }) -> [TensorHistory] {
    series.histories.filter { $0.isFollowed || isFound($0) }
  }
}
