import Text
import WeightAudit

/// One file's part of the text report, in lines that are broken between words.
struct FileText {
  private let file: FileReport
  private let summary: FileSummary
  private let options: RenderOptions
  private let width: Int

  init(_ file: FileReport, _ options: RenderOptions) {
    self.file = file
    self.options = options
    summary = FileSummary(file)
    width = max(40, options.width)
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  private var lines: [String] {
    if let failure = file.failure { return marked("✖", .error, failure.safe) }
    var lines: [String] = file.repair.map { RepairTable($0, width: width).lines } ?? []
    let series = SeriesTable(file, width: width)
    if let series { lines += wrapped(series.header, hanging: "  ") + [""] }
    let hidden = options.showsSuppressed ? file.findings.filter { $0.suppression != nil || !$0.isNew } : []
    if !file.active.isEmpty || options.showsTable == true || !hidden.isEmpty {
      lines += wrapped(header, hanging: "  ")
      if !file.active.isEmpty || !hidden.isEmpty { lines.append("") }
      lines += file.active.flatMap(finding)
      lines += hidden.flatMap { reported in
        finding(reported)
          + wrapped("not counted: \((reported.suppression ?? "it is in the baseline").safe)", indent: "  ")
      }
      if showsTable {
        lines += [""] + KernelTable(file, width: width).lines + wrapped(Legend.ofTable, indent: "  ")
      }
      let strip = SignalStrip(file.signals, width: width).lines
      if !strip.isEmpty { lines += [""] + strip }
      if showsTable || !strip.isEmpty { lines.append("") }
    }
    let limit = options.showsTable == true ? Int.max : KernelTable.usualLimit
    if options.showsTable != false, let table = series?.lines(limit: limit), !table.isEmpty {
      lines += table + [""]
    }
    if options.showsTable != false { lines += DetailTables(file, width: width, limit: limit).lines }
    if !file.active.isEmpty { lines += summary.unjudged.flatMap { wrapped($0.sentence, hanging: "  ") } }
    return lines + verdict
  }

  private var showsTable: Bool {
    guard !file.kernels.isEmpty else { return false }
    return options.showsTable ?? (file.kernels.count <= KernelTable.usualLimit)
  }

  private var header: String {
    var parts = summary.origin
    if !file.tensors.isEmpty {
      parts.append(NumberText.counted(file.tensors.count, "tensor"))
      parts.append(NumberText.counted(file.weightCount, "value"))
    }
    parts += [summary.state].compactMap(\.self)
    if let steps = file.container.iterations { parts.append(NumberText.counted(steps, "optimizer step")) }
    return "\(file.path.safe)  \(parts.joined(separator: " · "))"
  }

  private func finding(_ reported: ReportedFinding) -> [String] {
    let finding = reported.finding
    let folded = finding.folded.map(\.description).joined(separator: ", ")
    let message = finding.message.safe + (folded.isEmpty ? "" : " (also \(folded))")
    return marked(
      finding.severity.rawValue, finding.severity,
      "\(finding.rule.id) \(finding.rule.name)  \(reported.place.safe)")
      + wrapped(message, indent: "  ") + wrapped("remedy: \(reported.remedy.safe)", indent: "  ")
  }

  private var verdict: [String] {
    let hidden = file.findings.count - file.active.count
    let silent = hidden > 0 ? ["\(NumberText.count(hidden)) suppressed or known"] : []
    guard file.active.isEmpty else {
      let worst = file.active.map(\.finding.severity).max() ?? .note
      return marked(
        worst.glyph, worst, ([summary.counts, summary.coverage] + silent + fixable).joined(separator: " · "))
    }
    let state = file.state.map { ", \($0.value.rawValue)" } ?? ""
    let size =
      file.tensors.isEmpty
      ? []
      : [
        NumberText.counted(file.kernels.count, "kernel") + ", "
          + NumberText.counted(file.weightCount, "value") + state
      ]
    let parts = size + ["no findings", summary.coverage] + silent + summary.unjudged.map(\.sentence)
    return marked("✓", nil, "\(file.path.safe): \(parts.joined(separator: " · "))")
  }

  /// `2 fixable with --fix`.
  private var fixable: [String] {
    file.fixableCount > 0 ? ["\(NumberText.count(file.fixableCount)) fixable with --fix"] : []
  }

  // MARK: Lines

  /// A text whose first word is styled by a severity.
  private func marked(_ mark: String, _ severity: Severity?, _ text: String) -> [String] {
    var lines = wrapped("\(mark) \(text)", hanging: "  ")
    lines[0] = style(mark, severity) + lines[0].dropFirst(mark.count)
    return lines
  }

  /// The lines of a text; one that fits is left as it is.
  private func wrapped(_ text: String, indent: String = "", hanging: String? = nil) -> [String] {
    indent.count + text.count <= width
      ? [indent + text]
      : TextWrapping.lines(text, width: width, indent: indent, hangingIndent: hanging)
  }

  private func style(_ text: String, _ severity: Severity?) -> String {
    guard options.usesColor else { return text }
    let code =
      switch severity {
      case .error: "1;31"
      case .warning: "1;33"
      case .note: "1;36"
      case nil: "1;32"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
