import ArgumentParser
import AuditPolicy
import AuditReports
import KerasArchitecture
import ModelFiles
import Tensors
import Text
import WeightAudit
import WeightFiles

/// `wtool inspect`: whether a file breaks symmetry, keeps signals in scale, and holds what it declares.
struct Inspect: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Audit weights: symmetry, scale, dead units, and declared against actual values.",
    discussion: """
      FILES are weight files in any container, or architectures, whose declarations are audited; - reads \
      either from \
      standard input. The report goes to standard output, everything else to standard error.

      Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 usage error; 3 a file could not be audited.

      Examples:
        wtool inspect model.h5
        wtool inspect model.weights.h5 --model arch.json
        wtool inspect arch.json --fail-on warning
        wtool init arch.json -o - | wtool inspect -
        wtool inspect arch.json --fix -o better.json
        wtool inspect epoch*.keras --series
        wtool inspect models/*.h5 -f short -f sarif:wtool.sarif -f html:report.html
        wtool inspect model.h5 --ignore 'SYM007:target/*' --severity NRM003=warning
        wtool inspect model.h5 -f json | jq -r '.files[].findings[] | select(.severity == "error") | .layer'
      """)

  @Argument(help: "The files to audit.")
  var files: [InputSource] = []

  @OptionGroup var model: ModelOption

  @OptionGroup var template: LikeOption

  @Option(
    name: .long,
    help: "The state of the weights: fresh, trained, or auto to detect it.")
  var assume: AssumedState = .auto

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Take the files for checkpoints of one training, and report what became of the weights.",
      discussion:
        "They are put into the order of the optimizer's steps where all files tell, else of their names."))
  var series = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Measure more of each kernel: spectral.",
      discussion:
        "spectral: its eigenvalues, by the formulas of WeightWatcher; in memory, a kernel at a time."))
  var metrics: Metrics?

  @OptionGroup var reports: ReportOptions

  @OptionGroup var fix: FixOptions

  @OptionGroup var policy: PolicyOptions

  @OptionGroup var workers: WorkerOption

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .long, help: "Print the settings that apply to the first file, and audit nothing.")
  var printConfig = false

  @Flag(name: .long, help: "Explain the signs and words of a report, and audit nothing.")
  var legend = false

  enum Metrics: String, ExpressibleByArgument, CaseIterable { case spectral }

  enum AssumedState: String, ExpressibleByArgument, CaseIterable {
    case auto, fresh, trained

    var state: AuditState.Value? { AuditState.Value(rawValue: rawValue) }
  }

  func validate() throws {
    if files.isEmpty, !printConfig, !legend {
      throw ValidationError("Missing expected argument '<files> ...'")
    }
    try fix.check(fileCount: files.count, output: reports.output)
    guard series else { return }
    if fix.fix { throw ValidationError("--fix mends one file, and --series is about several.") }
    if files.count < 2, !printConfig {
      throw ValidationError("--series needs two checkpoints at least; found \(files.count).")
    }
  }

  func execute() async throws -> ExitStatus {
    if legend {
      try StandardOutput.write(Legend.text(width: Terminal.width))
      return .success
    }
    if printConfig {
      try StandardOutput.write(try policy.settings(for: files.first ?? .standardInput).toml)
      return .success
    }
    guard inputs.count(where: { $0 == .standardInput }) < 2 else {
      throw UsageError(nil, "only one input can be standard input")
    }
    let reader = try reading.reader()
    let targets = try reports.targets(ownsOutput: !fix.fix)
    try checkOutputs(targets)
    var settings: [AuditSettings] = []
    for file in files { settings.append(try policy.settings(for: file)) }
    printNotes(settings)
    let inputShapes = try model.inputShapes()
    let audited: [FileReport]
    if series {
      let results = await SeriesRun(command: self, settings: settings, inputShapes, reader).results()
      audited = results.map(\.report)
      settings = results.map { settings[$0.index] }
    } else {
      audited = try await self.audited(settings, inputShapes, reader)
    }
    try checkLayers(settings, audited)
    let report = AuditReport(files: audited, version: WTool.version)
    // A mended file that goes to standard output leaves no place for a report there.
    try reports.write(
      report, fix.fix && (fix.diff || reports.output == "-") ? targets.filter { $0.file != nil } : targets)
    if let name = policy.writeBaseline { try ReportFile.write(Baseline.text(audited), to: name) }
    printUnused(settings, audited)
    if audited.contains(where: { $0.failure != nil }) { return .unusable }
    // What is recorded is known.
    if policy.writeBaseline != nil { return .success }
    return zip(settings, audited).contains { $0.fails($1) } ? .findings : .success
  }

  /// Everything that is read.
  private var inputs: [InputSource] { files + [model.model, template.like].compactMap(\.self) }

  /// Refuses outputs that are inputs too.
  private func checkOutputs(_ targets: [ReportOptions.Target]) throws(UsageError) {
    let names = inputs.map(\.name) + [policy.baseline].compactMap(\.self)
    let identities = Set(names.map(ReportFile.identity))
    for output in targets.compactMap(\.file) + [policy.writeBaseline].compactMap(\.self) {
      // A baseline may be brought up to date.
      guard output != policy.baseline, identities.contains(ReportFile.identity(output)) else { continue }
      throw UsageError(output, "the output is also an input")
    }
  }

  /// Prints what settings say of themselves, each line once.
  private func printNotes(_ settings: [AuditSettings]) {
    var printed: Set<String> = []
    let notes = settings.flatMap { settings in
      settings.expired.map { "\($0): its findings are reported again" }
        + settings.policy.notes.map { "note: \($0)" }
    }
    for note in notes where printed.insert(note).inserted { StandardError.write(note.safe + "\n") }
  }

  /// Refuses a glob of layers that meets none in any file.
  private func checkLayers(_ settings: [AuditSettings], _ audited: [FileReport]) throws(UsageError) {
    guard let layers = settings.compactMap(\.policy.layers).first,
      audited.contains(where: { $0.failure == nil }), !audited.contains(where: { $0.hasLayer(layers) })
    else { return }
    throw UsageError("--layers \(layers)", "no layer is called that")
  }

  /// Prints what was said of findings and met none in any file.
  private func printUnused(_ settings: [AuditSettings], _ audited: [FileReport]) {
    // What was ignored was not mended, and what was mended is found no more.
    guard !reports.quiet, !fix.fix else { return }
    let uses = zip(settings, audited).flatMap { $0.policy.uses(in: $1) }
    let used = Set(uses.filter(\.isUsed).map(\.line))
    var printed = used
    for use in uses where printed.insert(use.line).inserted {
      StandardError.write("note: \(use.line)".safe + "\n")
    }
  }

  /// The reports of all files, or of the one that was mended.
  private func audited(
    _ settings: [AuditSettings], _ inputShapes: [InputShape], _ reader: FileReader
  ) async throws -> [FileReport] {
    guard fix.fix, let first = settings.first else { return await audit(settings, inputShapes, reader) }
    let run = RepairRun(command: self, settings: first, inputShapes: inputShapes, reader: reader)
    return [try await run.report().narrowed(to: first.policy.layers)]
  }

  /// Audits all files, each by its settings. Small files keep a processor busy hardly half of the time, so
  /// there are several at a time.
  private func audit(
    _ settings: [AuditSettings], _ inputShapes: [InputShape], _ reader: FileReader
  ) async -> [FileReport] {
    let isShown = !reports.quiet && Terminal.isStandardErrorTerminal
    let progress = ProgressLine(isEnabled: isShown, fileCount: files.count)
    defer { progress.finish() }
    return await mapIndices(below: files.count, workers: workers.count) { index in
      let report = await audit(files[index], settings[index], inputShapes, reader) {
        progress.update($0, of: $1, in: index)
      }
      progress.update(1, of: 1, in: index)
      return report
    }
  }

  private func audit(
    _ file: InputSource, _ settings: AuditSettings, _ inputShapes: [InputShape], _ reader: FileReader,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) async -> FileReport {
    let report = await fileAudit(settings, inputShapes, file, reader, progress: progress).report(file)
    return report.narrowed(to: settings.policy.layers)
  }

  /// An audit by these settings.
  func fileAudit(
    _ settings: AuditSettings, _ inputShapes: [InputShape], _ file: InputSource, _ reader: FileReader,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) -> FileAudit {
    var options = FileAudit.Options()
    options.model = model.model
    options.inputShapes = inputShapes
    options.like = template.like
    options.assumed = assume.state
    options.inputDeviation = settings.inputDeviation
    options.targetDType = settings.targetDType
    options.measuresSpectra = metrics == .spectral
    options.isStrict = settings.isStrict
    options.workers = workers.count
    let policy = settings.policy
    let review = FileAudit.Review(isWanted: policy.isWanted) { policy.reported($0, in: file.name) }
    return FileAudit(options, review, reader, progress: progress)
  }
}
