import Text
import WeightAudit

/// What was changed in a file, as a table: the declarations, and what they make of signals and gradients.
struct RepairTable {
  private let repair: RepairSummary
  private let width: Int

  init(_ repair: RepairSummary, width: Int) {
    self.repair = repair
    self.width = width
  }

  var lines: [String] {
    var lines = ["\(counts)\(repair.output.map { ": \($0.safe)" } ?? "")"]
    if !repair.changes.isEmpty { lines += [""] + table }
    if !repair.drawn.isEmpty {
      let names = repair.drawn.map { "`\($0.safe)`" }.joined(separator: ", ")
      lines += [""] + TextWrapping.lines("drawn anew: \(names)", width: width, hangingIndent: "  ")
    }
    return lines + [""]
  }

  private var counts: String {
    var parts: [String] = []
    if !repair.drawn.isEmpty { parts.append("drew \(NumberText.counted(repair.drawn.count, "tensor")) anew") }
    if !repair.changes.isEmpty {
      parts.append("changed \(NumberText.counted(repair.changes.count, "declaration"))")
    }
    return parts.isEmpty ? "nothing to fix" : parts.joined(separator: " and ")
  }

  private var table: [String] {
    var table = TextTable([
      ("layers", .left), ("declaration", .left), ("signal", .right), ("gradient", .right),
    ])
    for group in repair.groups {
      // Signals fade from layer to layer, and gradients on their way back.
      let (first, last) = (group.changes.first, group.changes.last)
      table.append([
        group.layers, group.declaration,
        arrow(last?.signals?.forward, last?.repairedSignals?.forward),
        arrow(first?.signals?.gradient, first?.repairedSignals?.gradient),
      ])
    }
    return table.text(width: width).split(separator: "\n").map(String.init)
  }

  private func arrow(_ before: Double?, _ after: Double?) -> String {
    guard before != nil || after != nil else { return "" }
    func text(_ value: Double?) -> String { value.map(ReportNumber.short) ?? "?" }
    return "\(text(before)) → \(text(after))"
  }
}
