import ArgumentParser
import AuditReports
import Text
import WeightFiles

/// The report formats, and where reports are written.
struct ReportOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A report format: \(RendererCatalog.all.map { $0.name }.joined(separator: ", ")).",
      discussion: "FORMAT:FILE writes it to a file; may be repeated. text by default.",
      valueName: "format[:file]"))
  var format: [String] = []

  @Option(
    name: .shortAndLong,
    help: "Write the report to this file instead of standard output; with --fix, the mended file.")
  var output: String?

  @Option(name: .long, help: "When to show the table of kernels: auto, always, never.")
  var table: Choice = .auto

  @Option(name: .long, help: "When to color the report: auto, always, never.")
  var color: Choice = .auto

  @Flag(name: .shortAndLong, help: "Print no report; only set the exit code.")
  var quiet = false

  @Flag(name: .long, help: "Also print ignored findings, with the reason.")
  var showSuppressed = false

  enum Choice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  struct Target {
    let renderer: any ReportRenderer.Type
    /// `nil` is standard output.
    let file: String?
  }

  /// The formats and files that are asked for, checked before any file is read.
  ///
  /// - Parameter ownsOutput: whether `--output` names the report's file.
  /// - Returns: the formats in the order in which they are given.
  /// - Throws: a format that there is not, or two reports for one place.
  func targets(ownsOutput: Bool = true) throws(UsageError) -> [Target] {
    var targets: [Target] = []
    for text in format.isEmpty ? ["text"] : format {
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      guard let name = parts.first, let renderer = RendererCatalog.all.first(where: { $0.name == name })
      else {
        let names = RendererCatalog.all.map { $0.name }
        let hint = NearestSpelling.hint(
          for: parts.first ?? "", in: names, quote: "'",
          otherwise: "the formats are \(names.joined(separator: ", "))")
        throw UsageError("--format", "there is no report format '\(text.clipped)'\(hint)")
      }
      let file = parts.count > 1 ? parts[1] : ownsOutput ? output : nil
      targets.append(Target(renderer: renderer, file: file == "-" ? nil : file))
    }
    let places = targets.map { $0.file.map(ReportFile.identity) ?? "-" }
    guard Set(places).count == places.count else {
      throw UsageError(
        "--format", "two reports cannot go to one place: name a file for each, as in -f json:report.json")
    }
    return targets
  }

  func write(_ report: AuditReport, _ targets: [Target]) throws {
    for target in targets {
      var options = RenderOptions()
      options.showsTable = table == .auto ? nil : table == .always
      options.width = Terminal.width
      options.showsSuppressed = showSuppressed
      options.usesColor = color == .auto ? target.file == nil && Terminal.wantsColor : color == .always
      let text = target.renderer.render(report, options)
      if let file = target.file {
        for difference in try ReportFile.write(text, to: file) {
          StandardError.write(difference: difference, of: file)
        }
      } else if !quiet {
        try StandardOutput.write(text)
      }
    }
    if targets.contains(where: { $0.renderer.name == "github" }) { try writeSummary(report) }
  }

  /// GitHub shows a table below the run where a job names a file for it.
  private func writeSummary(_ report: AuditReport) throws {
    guard let markdown = RendererCatalog.all.first(where: { $0.name == "markdown" }),
      let file = Terminal.environment("GITHUB_STEP_SUMMARY"), !file.isEmpty
    else { return }
    try ReportFile.append(markdown.render(report, RenderOptions()), to: file)
  }
}
