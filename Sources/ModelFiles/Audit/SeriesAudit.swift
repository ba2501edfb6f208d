package import AuditReports
import Failures
import Synchronization
import Tensors
import Text
import WeightAudit
package import WeightFiles

/// Reads, measures and judges the checkpoints of one training.
package struct SeriesAudit: Sendable {
  /// A file, and how it would be audited alone.
  package struct Item: Sendable {
    let source: InputSource
    let audit: FileAudit

    package init(_ source: InputSource, _ audit: FileAudit) {
      self.source = source
      self.audit = audit
    }
  }

  /// A report, and which of the files it is of.
  package struct Result: Sendable {
    package let index: Int
    package let report: FileReport

    package init(index: Int, report: FileReport) {
      self.index = index
      self.report = report
    }
  }

  private let items: [Item]
  private let workers: Int
  private let progress: @Sendable (_ done: Int, _ total: Int) -> Void

  /// - Parameters:
  ///   - items: the files in any order.
  ///   - workers: the number of threads; no effect on the result.
  ///   - progress: told how many bytes of how many were read.
  package init(
    _ items: [Item], workers: Int,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.items = items
    self.workers = workers
    self.progress = progress
  }

  /// The report of the last checkpoint, with what became of the weights over all of them; then one for each
  /// file that cannot be followed.
  package func reports() async -> [Result] {
    var failures: [Result] = []
    var files: [OpenCheckpoint] = []
    for (index, item) in items.enumerated() {
      do throws(ModelFileError) {
        files.append(try OpenCheckpoint(index, item))
      } catch {
        failures.append(failure(index, error))
      }
    }
    let order = SeriesOrder(files)
    files = order.files
    if let reference = files.last {
      var followed: [OpenCheckpoint] = []
      for file in files {
        do throws(ModelFileError) {
          followed.append(try file.arranged(as: reference))
        } catch {
          failures.append(failure(file.index, error))
        }
      }
      files = followed
    }
    guard let last = files.last else { return sorted(failures) }
    do throws(ModelFileError) {
      let report = try await report(files, last, isByIterations: order.isByIterations)
      return [Result(index: last.index, report: report)] + sorted(failures)
    } catch {
      return [failure(last.index, error)] + sorted(failures)
    }
  }

  private func failure(_ index: Int, _ error: ModelFileError) -> Result {
    Result(index: index, report: FileReport(path: items[index].source.name, failure: error.description))
  }

  private func sorted(_ results: [Result]) -> [Result] { results.sorted { $0.index < $1.index } }

  private func report(
    _ files: [OpenCheckpoint], _ last: OpenCheckpoint, isByIterations: Bool
  ) async throws(ModelFileError) -> FileReport {
    let scanned = try await scan(files, last)
    var verdicts: [FileAudit.Verdict] = []
    for (file, measurements) in zip(files, scanned.measurements) {
      verdicts.append(try await file.audit.verdict(on: file.stored, file.rows, measurements))
    }
    let checkpoints = files.map {
      Checkpoint(name: $0.stored.catalog.name, iterations: $0.stored.catalog.iterations)
    }
    let series = AuditedSeries(
      checkpoints, verdicts.map(\.model), scanned.points, findings: verdicts.map(\.findings))
    guard let verdict = verdicts.last else {
      throw ModelFileError(.malformed, in: last.stored.catalog.name, "there is no checkpoint")
    }
    let findings = Auditor.findings(
      in: series, besides: verdicts.map(\.findings), where: last.audit.review.isWanted)
    var report = try last.audit.report(
      last.stored, .init(model: verdict.model, findings: findings, skipped: verdict.skipped))
    report.series = SeriesSummary(series, isByIterations: isByIterations)
    report.details = try await last.audit.details(last.rows, last.stored.catalog)
    return report
  }

  private func scan(
    _ files: [OpenCheckpoint], _ last: OpenCheckpoint
  ) async throws(ModelFileError) -> SeriesScanner.Result {
    var requests: [[ScanRequest]] = []
    for file in files { requests.append(try file.audit.requests(file.rows, file.stored.catalog)) }
    let total = requests.flatMap { $0.map(\.spec.byteCount) }.saturatingSum
    let done = Mutex(0)
    do throws(SourceFailure) {
      return try await SeriesScanner.measure(
        requests, workers: workers, valueLimit: last.audit.reader.heldValueCount(workers: workers)
      ) { [progress] bytes in
        let sum = done.withLock {
          $0 += bytes
          return $0
        }
        progress(sum, total)
      }
    } catch {
      throw ModelFileError(error)
    }
  }
}

/// A checkpoint whose tensors are known.
private struct OpenCheckpoint {
  /// Which of the files it is.
  let index: Int
  let audit: FileAudit
  let stored: StoredModel
  private(set) var rows: [AuditRow]

  init(_ index: Int, _ item: SeriesAudit.Item) throws(ModelFileError) {
    self.index = index
    audit = item.audit
    guard case .weights(let catalog) = try item.audit.reader.contents(item.source) else {
      throw ModelFileError(
        .mismatch, in: item.source.name, "a series is of weight files, and this is none")
    }
    stored = try item.audit.stored(catalog)
    rows = try item.audit.judgedRows(stored)
  }

  /// The checkpoint with its tensors in the order of another one.
  ///
  /// - Throws: if they are not of one model.
  func arranged(as other: OpenCheckpoint) throws(ModelFileError) -> OpenCheckpoint {
    let mine = named
    var result = self
    result.rows = []
    for (key, row) in other.keyed {
      guard let own = mine[key] else {
        throw difference("it has no `\(name(row))`, as \(other.stored.catalog.name) has", other)
      }
      let (shape, expected) = (spec(own).shape, other.spec(row).shape)
      guard shape == expected else {
        throw difference(
          "`\(name(row))` has the shape \(shape), and \(expected) in \(other.stored.catalog.name)", other)
      }
      result.rows.append(own)
    }
    guard result.rows.count == rows.count else {
      let others = other.named
      let extra = keyed.first { others[$0.key] == nil }.map { name($0.row) } ?? ""
      throw difference("it has `\(extra)`, which \(other.stored.catalog.name) has not", other)
    }
    return result
  }

  private func difference(_ reason: String, _ other: OpenCheckpoint) -> ModelFileError {
    ModelFileError(.mismatch, in: stored.catalog.name, "not a checkpoint of the same model: \(reason)")
  }

  private func spec(_ row: AuditRow) -> TensorSpec { stored.catalog.tensors[row.index].spec }

  private func name(_ row: AuditRow) -> String {
    row.layer.isEmpty ? row.variable : "\(row.layer)/\(row.variable)"
  }

  /// The tensors by path: a training gives them the same ones from checkpoint to checkpoint.
  private var keyed: [(key: String, row: AuditRow)] {
    rows.map { (stored.catalog.tensors[$0.index].path, $0) }
  }

  private var named: [String: AuditRow] { Dictionary(keyed.map { ($0.key, $0.row) }) { first, _ in first } }
}

/// The order of checkpoints: by the steps that the optimizer had taken, if all files tell and no two are
/// equal, else by their names.
private struct SeriesOrder {
  let files: [OpenCheckpoint]
  let isByIterations: Bool

  init(_ files: [OpenCheckpoint]) {
    let steps = files.compactMap(\.stored.catalog.iterations)
    let isByIterations = steps.count == files.count && Set(steps).count == steps.count
    self.isByIterations = isByIterations
    self.files = files.sorted { one, other in
      isByIterations
        ? one.stored.catalog.iterations ?? 0 < other.stored.catalog.iterations ?? 0
        : NaturalOrder.precedes(one.stored.catalog.name, other.stored.catalog.name)
    }
  }
}
