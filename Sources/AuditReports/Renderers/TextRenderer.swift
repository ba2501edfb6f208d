import Tensors
import WeightAudit

/// For people at a terminal: the header, findings with their reasons and remedies, kernels, the verdict.
enum TextRenderer: ReportRenderer {
  static let name = "text"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.map { FileText($0, options).text }.joined(separator: "\n")
  }
}

private struct FileText {
  private let file: FileReport
  private let options: RenderOptions

  init(_ file: FileReport, _ options: RenderOptions) {
    self.file = file
    self.options = options
  }

  var text: String {
    if let failure = file.failure { return "\(style("✖", .error)) \(failure.oneLine)\n" }
    var lines: [String] = []
    let hidden = options.showsSuppressed ? file.findings.filter { $0.suppression != nil || !$0.isNew } : []
    if !file.active.isEmpty || options.showsTable == true || !hidden.isEmpty {
      lines.append(header)
      lines.append("")
      lines += file.active.flatMap(finding)
      lines += hidden.flatMap { reported in
        finding(reported) + ["  not counted: \((reported.suppression ?? "it is in the baseline").oneLine)"]
      }
      if showsTable { lines += [""] + KernelTable(file, options).lines }
      let strip = SignalStrip(file.signals, width: options.width).lines
      if !strip.isEmpty { lines += [""] + strip }
      if showsTable || !strip.isEmpty { lines.append("") }
    }
    if !file.active.isEmpty { lines += file.skippedReasons.map(skipped) }
    lines.append(verdict)
    return lines.joined(separator: "\n") + "\n"
  }

  private var showsTable: Bool {
    guard !file.kernels.isEmpty else { return false }
    return options.showsTable ?? (file.kernels.count <= 60)
  }

  private var header: String {
    var parts = ["\(file.path)  \(file.format)"]
    if let version = file.kerasVersion { parts.append("Keras \(version)") }
    if !file.tensors.isEmpty {
      parts.append("\(Numbers.count(file.tensors.count)) tensors")
      parts.append("\(Numbers.count(file.weightCount)) values")
    }
    if let state = file.state { parts.append("state: \(state.value.rawValue) (\(state.reason))") }
    if let steps = file.iterations { parts.append("\(Numbers.count(steps)) optimizer steps") }
    return parts.joined(separator: " · ").oneLine
  }

  private func finding(_ reported: ReportedFinding) -> [String] {
    let finding = reported.finding
    let folded = finding.folded.isEmpty ? "" : "  (also \(finding.folded.joined(separator: ", ")))"
    return [
      "\(style(finding.severity.rawValue, finding.severity)) \(finding.rule.id) \(finding.rule.name)  \(reported.place.oneLine)"
    ] + wrapped(finding.message + folded, indent: "  ") + wrapped("fix: \(finding.remedy)", indent: "  ")
  }

  private func skipped(_ item: (reason: String, count: Int, first: String)) -> String {
    let more = item.count > 1 ? " and \(Numbers.count(item.count - 1)) more" : ""
    return "not judged: \(item.first)\(more): \(item.reason)".oneLine
  }

  private var verdict: String {
    let coverage =
      file.tensors.isEmpty
      ? "declarations only"
      : "\(Numbers.count(file.checkedCount)) of \(Numbers.count(file.tensors.count)) tensors checked"
    let hidden = file.findings.count - file.active.count
    let silent = hidden > 0 ? " · \(hidden) suppressed or known" : ""
    guard file.active.isEmpty else {
      let worst = file.active.map(\.finding.severity).max() ?? .note
      return "\(style(worst.glyph, worst)) \(file.summaryCounts) · \(coverage)\(silent)"
    }
    let state = file.state.map { ", \($0.value.rawValue)" } ?? ""
    let unjudged = file.skippedReasons.map { " · \(skipped($0))" }.joined()
    let size =
      file.tensors.isEmpty
      ? ""
      : " \(Numbers.count(file.kernels.count)) kernels, \(Numbers.count(file.weightCount)) values\(state) ·"
    return "\(style("✓", nil)) \(file.path.oneLine):\(size) no findings · \(coverage)\(silent)\(unjudged)"
  }

  private func wrapped(_ text: String, indent: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.oneLine.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 + indent.count > max(40, options.width) {
        lines.append(indent + line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [indent + line]
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
