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
      FILES are weight files in any container, or architectures, whose declarations are audited then; - reads either from \
      standard input. Standard output gets the report and nothing else.

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
  var files: [String] = []

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

  @Flag(name: .long, help: "Print the settings that count for the first file, and audit nothing.")
  var printConfig = false

  func validate() throws {
    if files.isEmpty, !printConfig { throw ValidationError("Missing expected argument '<files> ...'") }
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
  }

  func run() async throws {
    if printConfig {
      try StandardOutput.write(try policy.settings(for: files.first ?? "-").toml)
      return
    }
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
    var settings: [AuditSettings] = []
    for file in files { settings.append(try policy.settings(for: file)) }
    var noted: Set<String> = []
    for line in settings.flatMap(\.expired) where noted.insert(line).inserted {
      StandardError.write("\(line): it is reported again\n")
    }
    var audited: [FileReport] = []
    for (file, settings) in zip(files, settings) {
      let audit = FileAudit(
        model: model.model, assumed: assume.state, workers: threads ?? Terminal.processorCount,
        showsProgress: !reports.quiet, settings: settings)
      audited.append(await audit.report(file))
    }
    let report = AuditReport(files: audited, version: WTool.version)
    try reports.write(report, targets)
    try reports.writeSummary(report, targets)
    if let name = policy.writeBaseline { try ReportOptions.write(Baseline.text(audited), to: name) }
    if audited.contains(where: { $0.failure != nil }) { CommandExitCode.unusable.exit() }
    if zip(settings, audited).contains(where: { $0.fails($1) }) { CommandExitCode.findings.exit() }
  }
}
