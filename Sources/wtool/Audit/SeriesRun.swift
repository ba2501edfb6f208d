import AuditPolicy
import AuditReports
import KerasArchitecture
import ModelFiles
import WeightFiles

/// `wtool inspect --series`: the checkpoints of one training in, one report of them out.
struct SeriesRun {
  private let command: Inspect
  private let settings: [AuditSettings]
  private let inputShapes: [InputShape]
  private let reader: FileReader

  /// - Parameters:
  ///   - command: what was asked for.
  ///   - settings: of each file.
  ///   - inputShapes: shapes of inputs that the architecture lacks.
  ///   - reader: opens files.
  init(
    command: Inspect, settings: [AuditSettings], _ inputShapes: [InputShape], _ reader: FileReader
  ) {
    self.command = command
    self.settings = settings
    self.inputShapes = inputShapes
    self.reader = reader
  }

  /// The report of the series, then those of files that are not part of it; each with its file's index.
  func results() async -> [SeriesAudit.Result] {
    let isShown = !command.reports.quiet && Terminal.isStandardErrorTerminal
    let progress = ProgressLine(isEnabled: isShown, fileCount: 1)
    defer { progress.finish() }
    let items = zip(command.files, settings).map { file, settings in
      SeriesAudit.Item(file, command.fileAudit(settings, inputShapes, file, reader))
    }
    let audit = SeriesAudit(items, workers: command.workers.count) { progress.update($0, of: $1, in: 0) }
    return await audit.reports().map { result in
      let layers = settings[result.index].policy.layers
      return SeriesAudit.Result(index: result.index, report: result.report.narrowed(to: layers))
    }
  }
}
