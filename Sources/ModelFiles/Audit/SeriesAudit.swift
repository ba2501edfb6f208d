package import AuditReports
import Failures
import Tensors
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
    OpenFiles.expect(items.count)
    var failures: [Result] = []
    var files: [OpenCheckpoint] = []
    for (index, item) in items.enumerated() {
      do throws(ModelFileError) {
        files.append(try OpenCheckpoint(index, item))
      } catch {
        failures.append(failure(index, error))
      }
    }
    let order = CheckpointOrder(
      files.map { .init(name: $0.stored.catalog.name, iterations: $0.stored.catalog.iterations) })
    let ordered = order.indices.map { files[$0] }
    let restart = order.restart.map { files[$0].stored.catalog.name }
    var followed: [OpenCheckpoint] = []
    if let reference = OpenCheckpoint.reference(of: ordered) {
      for file in ordered {
        do throws(ModelFileError) {
          followed.append(try file.arranged(as: reference))
        } catch {
          failures.append(failure(file.index, error))
        }
      }
    }
    while let last = followed.last {
      do throws(ModelFileError) {
        let report = try await report(followed, last, isByIterations: order.isByIterations, restart: restart)
        return [Result(index: last.index, report: report)] + Self.sorted(failures)
      } catch {
        // A file whose values cannot be read is left out, and the others are followed.
        let broken = followed.firstIndex { error.place?.hasPrefix($0.stored.catalog.name) == true }
        guard let broken, followed.count > 1 else {
          return [failure(last.index, error)] + Self.sorted(failures)
        }
        failures.append(failure(followed.remove(at: broken).index, error))
      }
    }
    return Self.sorted(failures)
  }

  private static func sorted(_ results: [Result]) -> [Result] { results.sorted { $0.index < $1.index } }

  private func failure(_ index: Int, _ error: ModelFileError) -> Result {
    Result(index: index, report: FileReport(path: items[index].source.name, failure: error.description))
  }

  private func report(
    _ files: [OpenCheckpoint], _ last: OpenCheckpoint, isByIterations: Bool, restart: String?
  ) async throws(ModelFileError) -> FileReport {
    let scanned = try await scan(files, last)
    var verdicts: [FileAudit.Verdict] = []
    for (file, measurements) in zip(files, scanned.measurements) {
      verdicts.append(try await file.audit.verdict(on: file.stored, file.rows, measurements))
    }
    guard let verdict = verdicts.last else {
      throw ModelFileError(.malformed, in: last.stored.catalog.name, "there is no checkpoint")
    }
    // One file alone is no series.
    guard files.count > 1 else { return last.audit.report(last.stored, verdict) }
    let names = Checkpoint.shortNames(files.map(\.stored.catalog.name))
    let checkpoints = zip(files, names).map { file, name in
      Checkpoint(
        path: file.stored.catalog.name, name: name, iterations: file.stored.catalog.iterations)
    }
    let series = AuditedSeries(
      checkpoints, verdicts.map(\.model), scanned.points, findings: verdicts.map(\.findings))
    let findings = Auditor.findings(
      in: series, besides: verdicts.map(\.findings), where: last.audit.review.isWanted)
    var report = last.audit.report(
      last.stored,
      .init(rows: verdict.rows, model: verdict.model, findings: findings, skipped: verdict.skipped))
    report.series = SeriesSummary(
      series, isByIterations: isByIterations,
      restart: checkpoints.first { $0.path == restart }?.words)
    report.details = try await last.audit.details(last.rows, last.stored.catalog)
    return report
  }

  private func scan(
    _ files: [OpenCheckpoint], _ last: OpenCheckpoint
  ) async throws(ModelFileError) -> SeriesScanner.Result {
    var requests: [[ScanRequest]] = []
    for file in files { requests.append(try file.audit.requests(file.rows, file.stored.catalog)) }
    try last.audit.reader.checkUnits(
      requests.flatMap { $0.compactMap(\.units) }, in: last.stored.catalog.name, fileCount: files.count)
    let reading = ReadingProgress(of: requests.flatMap(\.self), progress)
    do throws(SourceFailure) {
      return try await SeriesScanner.measure(
        requests, workers: workers, valueLimit: last.audit.reader.heldValueCount(workers: workers),
        progress: reading.add)
    } catch {
      throw ModelFileError(error)
    }
  }
}
