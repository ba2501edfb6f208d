import AuditPolicy
import AuditReports
import Failures
import KerasArchitecture
import ModelFiles
import Text
import WeightAudit
import WeightFiles

/// `wtool inspect --fix`: one file in, the mended one and a report of it out.
struct RepairRun {
  let command: Inspect
  let settings: AuditSettings
  let inputShapes: [InputShape]
  let reader: FileReader

  private var file: InputSource { command.files.first ?? .standardInput }
  private var output: OutputDestination? { command.reports.output.map(OutputDestination.init) }

  /// - Returns: the report of what was written.
  func report() async throws -> FileReport {
    switch try reader.contents(file) {
    case .text(let document, let failure):
      guard document.startsAsJSON || file.name.hasSuffix(".json") || ArchitectureRepair.isModel(document)
      else {
        throw ModelFileError(failure)
      }
      return try architecture(document)
    case .weights(let catalog): return try await weights(catalog)
    }
  }

  private func architecture(_ document: ModelDocument) throws -> FileReport {
    var options = ArchitectureRepair.Options()
    options.overrides = .init(like: try command.template.like.map(reader.catalog), inputShapes: inputShapes)
    options.inputDeviation = settings.inputDeviation
    options.isWanted = isWanted
    let repair = try ArchitectureRepair(file.name, document, options)
    if command.fix.diff {
      let (before, after) = repair.compared
      try StandardOutput.write(UnifiedDiff(before, after, from: file.name, to: file.name).text)
    } else if let output {
      try write(String(decoding: repair.text, as: UTF8.self), output)
    }
    let policy = settings.policy
    return repair.report(output: output?.name) { findings in
      policy.reported(findings.filter { policy.isWanted($0.rule) }, in: file.name)
    }
  }

  private func write(_ text: String, _ output: OutputDestination) throws {
    switch output {
    case .standardOutput: try StandardOutput.write(text)
    case .path(let path):
      for difference in try ReportFile.write(text, to: path, replaces: command.fix.force) {
        StandardError.write(difference: difference, of: path)
      }
    }
  }

  private func weights(_ catalog: WeightCatalog) async throws -> FileReport {
    guard !command.fix.diff else {
      throw UsageError("--diff", "it shows the changes of an architecture, and this is a weight file")
    }
    guard case .path(let path)? = output else {
      throw UsageError("--output", "a mended weight file is audited again: give it a name")
    }
    let stored = try StoredModel(catalog, model: command.model.model, inputShapes: inputShapes, reader)
    guard stored.architecture != nil else {
      throw ModelFileError(
        .unsupported, in: file.name,
        "its model is not known, so that nothing can be drawn: pass --model ARCH")
    }
    let audit = command.fileAudit(settings, inputShapes, file, reader)
    let (broken, state) = try await audit.brokenTensors(in: stored)
    let steps = catalog.iterations ?? 0
    if state.value == .trained || steps > 0 {
      let reason = steps > 0 ? NumberText.counted(steps, "optimizer step") : state.reason
      note(
        "it has been trained (\(reason)): no weight is drawn anew; `wtool init --only` draws what you "
          + "name"
      )
    }
    let seed = UInt64(command.fix.seeds.seed ?? UInt32.random(in: .min ... .max))
    let document = try command.model.model.map(reader.document) ?? reader.document(of: catalog)
    var options = ArchitectureRepair.Options()
    options.overrides = .init(like: catalog, inputShapes: inputShapes)
    options.inputDeviation = settings.inputDeviation
    options.isWanted = isWanted
    let repair = try WeightRepair(stored, broken, document, options, (seed, command.fix.seeds.backend))
    if case .path(let input) = file, repair.drawn.isEmpty, POSIXPath.isSame(input, path) {
      // Written again, it would lose its optimizer.
      note("nothing needs to be drawn: the file stays as it is")
    } else {
      try await write(repair, stored, path)
    }
    if command.fix.seeds.seed == nil, !repair.drawn.isEmpty, !command.reports.quiet {
      note("seed \(seed) was drawn; --seed \(seed) repeats this run")
    }
    let mended = InputSource(argument: path)
    var report = await command.fileAudit(settings, inputShapes, mended, reader).report(mended)
    report.repair = RepairSummary(changes: repair.changes, drawn: repair.drawn, output: path)
    return report
  }

  private func write(_ repair: WeightRepair, _ stored: StoredModel, _ path: String) async throws {
    let output = OutputDestination.path(path)
    let target = OutputOptions(force: command.fix.force, workers: command.workers)
    try target.check(output)
    var contents = repair.contents
    // What an archive says of it is in its description, in other words than those of an .h5.
    if target.isLegacy(output), stored.catalog.hasTrainingConfig {
      contents.training = try stored.training(reader)
    }
    contents.assets = try stored.catalog.members(stored.keptAssets)
    let layout = try target.layout(contents, output)
    let size = try await target.write(
      layout, repair.sources, to: output, showsProgress: !command.reports.quiet)
    guard !command.reports.quiet else { return }
    let written = ConvertReport(
      of: stored.catalog, layout, to: output, byteCount: size,
      losesTraining: stored.hasTraining && !target.holdsTraining(stored, contents.training, output),
      state: stored.stateLeftOut(by: layout))
    written.notes.forEach(StandardError.write)
  }

  private func note(_ text: String) {
    guard !command.reports.quiet else { return }
    StandardError.write("\(file.name): note: \(text)".safe + "\n")
  }

  /// Whether a finding is one that the user wants to know of.
  private var isWanted: @Sendable (Finding) -> Bool {
    let (policy, name) = (settings.policy, file.name)
    return { finding in
      policy.isWanted(finding.rule)
        && policy.reported([finding], in: name).contains(where: \.isActive)
    }
  }
}
