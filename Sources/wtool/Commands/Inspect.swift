import ArgumentParser
import AuditReports
import Tensors
import WeightAudit
import WeightFiles

/// `wtool inspect`: does a file break symmetry, keep signals in scale, and hold what it declares?
struct Inspect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Audit weights: symmetry, scale, dead units, and declared against actual values.",
    discussion: """
      FILES are weight files in any container, or architectures, whose declarations are audited then; - reads a weight file \
      from standard input. Standard output gets the report and nothing else.

      Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage; 3 a file could not be audited.

      Examples:
        wtool inspect model.h5
        wtool inspect model.weights.h5 --model arch.json
        wtool inspect arch.json --fail-on warning
        wtool init arch.json -o - | wtool inspect -
        wtool inspect models/*.h5 -f short -f sarif:wtool.sarif -f html:report.html
        wtool inspect model.h5 --ignore 'SYM007:target/*' --severity NRM003=warning
        wtool inspect model.h5 -f json | jq -r '.files[].findings[] | select(.severity == "error") | .layer'
      """)

  @Argument(help: "The files to audit.")
  var files: [String]

  @OptionGroup var model: ModelOption

  @Option(
    name: .long,
    help: "Whether weights are fresh or trained, if the file should not decide: auto, fresh, trained.")
  var assume: AssumedState = .auto

  @OptionGroup var reports: ReportOptions

  @OptionGroup var policy: PolicyOptions

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The number of workers; no effect on the result.", valueName: "n"))
  var threads: Int?

  enum AssumedState: String, ExpressibleByArgument, CaseIterable {
    case auto, fresh, trained

    var state: AuditState.Value? {
      switch self {
      case .auto: nil
      case .fresh: .fresh
      case .trained: .trained
      }
    }
  }

  func validate() throws {
    if files.isEmpty { throw ValidationError("Missing expected argument '<files> ...'") }
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
  }

  func run() async throws {
    guard files.filter({ $0 == "-" }).count + (model.model == "-" ? 1 : 0) < 2 else {
      throw CommandFailure("only one file can be standard input", .usage)
    }
    let targets = try reports.targets()
    let inputs = Set((files + [model.model, policy.baseline].compactMap { $0 }).map(ReportFile.identity))
    for output in targets.compactMap(\.file) + [policy.writeBaseline].compactMap({ $0 }) {
      // A baseline may be brought up to date.
      guard output != policy.baseline, inputs.contains(ReportFile.identity(output)) else { continue }
      throw CommandFailure("\(output): the output is an input too", .usage)
    }
    let audit = FileAudit(
      model: model.model, assumed: assume.state, workers: threads ?? Terminal.processorCount,
      showsProgress: !reports.quiet, policy: try policy.policy())
    var audited: [FileReport] = []
    for file in files { audited.append(await audit.report(file)) }
    let report = AuditReport(files: audited, version: WTool.version)
    try reports.write(report, targets)
    if let name = policy.writeBaseline { try ReportOptions.write(Baseline.text(audited), to: name) }
    if audited.contains(where: { $0.failure != nil }) { CommandExitCode.unusable.exit() }
    if policy.fails(report) { CommandExitCode.findings.exit() }
  }
}

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
      options.usesColor = color == .auto ? target.file == nil && Terminal.wantsColor : color == .always
      let text = target.renderer.render(report, options)
      if let file = target.file {
        try Self.write(text, to: file)
      } else if !quiet {
        try StandardOutput.write(text)
      }
    }
  }

  static func write(_ text: String, to file: String) throws(CommandFailure) {
    do throws(WeightFileError) { try ReportFile.write(text, to: file) } catch {
      throw CommandFailure(error.description, .unusable)
    }
  }
}

/// Which findings count, and how much.
struct PolicyOptions: ParsableArguments {
  @Option(name: .long, help: "The least severity that makes the exit code 1: error, warning, note, never.")
  var failOn: FailOn = .error

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Apply these rules only; the beginning of a name means all of a kind: SYM.", valueName: "rule"))
  var rule: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Do not count a rule's findings, or those in some layers or tensors: SYM007:target/*.",
      valueName: "rule[:glob]"))
  var ignore: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Judge a rule otherwise: NRM003=warning.", valueName: "rule=severity"))
  var severity: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Count findings only that are not in this file, of --write-baseline or --format json.",
      valueName: "file"))
  var baseline: String?

  @Option(name: .long, help: ArgumentHelp("Write down all findings as known.", valueName: "file"))
  var writeBaseline: String?

  enum FailOn: String, ExpressibleByArgument, CaseIterable { case error, warning, note, never }

  func policy() throws(CommandFailure) -> FindingPolicy {
    var policy = FindingPolicy()
    policy.rules = rule.flatMap { $0.split(separator: ",").map(String.init) }
    for name in policy.rules { try FindingPolicy.check(name) }
    if (ignore + rule).contains("") { try FindingPolicy.check("") }
    policy.ignored = ignore.map { FindingPolicy.Ignored($0) }
    for item in policy.ignored { try FindingPolicy.check(item.rule) }
    for text in severity {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let level = Severity(rawValue: parts[1]) else {
        throw CommandFailure(
          "--severity: expected RULE=error, =warning or =note; found \(text.clipped)", .usage)
      }
      try FindingPolicy.check(parts[0])
      policy.severities[parts[0]] = level
    }
    if let baseline {
      let text: [UInt8]
      do throws(WeightFileError) { text = try ModelDocument.read(baseline).text } catch {
        throw CommandFailure(error.description, .usage)
      }
      policy.baseline = try Baseline.identifiers(text, baseline)
    }
    return policy
  }

  func fails(_ report: AuditReport) -> Bool {
    guard let least = Severity(rawValue: failOn.rawValue) else { return false }
    return Severity.allCases.contains { $0 >= least && report.count($0) > 0 }
  }
}
