import ArgumentParser
import AuditReports
import Tensors
import Text
import WeightFiles

/// In which forms a report is written, and where to.
struct ReportOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A form of the report: \(RendererCatalog.all.map { $0.name }.joined(separator: ", ")).",
      discussion: "FORMAT:FILE writes it to a file; may be repeated. text by default.",
      valueName: "format[:file]"))
  var format: [String] = []

  @Option(name: .shortAndLong, help: "Write the report to this file, rather than to standard output.")
  var output: String?

  @Option(name: .long, help: "Whether the table of kernels is shown: auto, always, never.")
  var table: Choice = .auto

  @Option(name: .long, help: "Whether the report is coloured: auto, always, never.")
  var color: Choice = .auto

  @Flag(name: .shortAndLong, help: "Print no report; the exit code tells.")
  var quiet = false

  @Flag(name: .long, help: "Print also what is ignored, and why.")
  var showSuppressed = false

  enum Choice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  struct Target {
    let renderer: any ReportRenderer.Type
    /// `nil` is standard output.
    let file: String?
  }

  /// Checked before any file is read.
  func targets() throws(CommandFailure) -> [Target] {
    var targets: [Target] = []
    for text in format.isEmpty ? ["text"] : format {
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      guard let name = parts.first, let renderer = RendererCatalog.all.first(where: { $0.name == name })
      else {
        let names = RendererCatalog.all.map { $0.name }.joined(separator: ", ")
        throw CommandFailure("there is no form of report '\(text.clipped)'; there are \(names)", .usage)
      }
      let file = parts.count > 1 ? parts[1] : output
      targets.append(Target(renderer: renderer, file: file == "-" ? nil : file))
    }
    let places = targets.map { $0.file.map(ReportFile.identity) ?? "-" }
    guard Set(places).count == places.count else {
      throw CommandFailure(
        "two reports cannot go to one place: name a file for each, as in -f json:report.json", .usage)
    }
    return targets
  }

  func write(_ report: AuditReport, _ targets: [Target]) throws(CommandFailure) {
    for target in targets {
      var options = RenderOptions()
      options.showsTable = table == .auto ? nil : table == .always
      options.width = Terminal.width
      options.showsSuppressed = showSuppressed
      options.usesColor = color == .auto ? target.file == nil && Terminal.wantsColor : color == .always
      let text = target.renderer.render(report, options)
      if let file = target.file {
        try Self.write(text, to: file)
      } else if !quiet {
        try StandardOutput.write(text)
      }
    }
  }

  /// GitHub shows a table below the run where a job names a file for it.
  func writeSummary(_ report: AuditReport, _ targets: [Target]) throws(CommandFailure) {
    guard targets.contains(where: { $0.renderer.name == "github" }),
      let markdown = RendererCatalog.all.first(where: { $0.name == "markdown" }),
      let file = Terminal.environment("GITHUB_STEP_SUMMARY"), !file.isEmpty
    else { return }
    do throws(WeightFileError) {
      try ReportFile.append(markdown.render(report, RenderOptions()), to: file)
    } catch {
      throw CommandFailure(error.description, .unusable)
    }
  }

  static func write(_ text: String, to file: String) throws(CommandFailure) {
    do throws(WeightFileError) { try ReportFile.write(text, to: file) } catch {
      throw CommandFailure(error.description, .unusable)
    }
  }
}
