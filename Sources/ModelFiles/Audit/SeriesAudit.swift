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
    failures.sort { $0.index < $1.index }
    guard let last = followed.last else { return failures }
    do throws(ModelFileError) {
      let report = try await report(followed, last, isByIterations: order.isByIterations, restart: restart)
      return [Result(index: last.index, report: report)] + failures
    } catch {
      return [failure(last.index, error)] + failures
    }
  }

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
    guard files.count > 1 else { return try last.audit.report(last.stored, verdict) }
    let names = Checkpoint.shortNames(files.map(\.stored.catalog.name))
    let checkpoints = zip(files, names).map { file, name in
      Checkpoint(
        path: file.stored.catalog.name, name: name, iterations: file.stored.catalog.iterations)
    }
    let series = AuditedSeries(
      checkpoints, verdicts.map(\.model), scanned.points, findings: verdicts.map(\.findings))
    let findings = Auditor.findings(
      in: series, besides: verdicts.map(\.findings), where: last.audit.review.isWanted)
    var report = try last.audit.report(
      last.stored, .init(model: verdict.model, findings: findings, skipped: verdict.skipped))
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

  /// The one that most of them are like: of several models the one with most checkpoints, and its last.
  static func reference(of files: [OpenCheckpoint]) -> OpenCheckpoint? {
    let groups = Dictionary(grouping: files.indices) { files[$0].shapes }
    let largest = groups.values.max { one, other in
      (one.count, one.last ?? 0) < (other.count, other.last ?? 0)
    }
    return largest?.last.map { files[$0] }
  }

  /// How many tensors of each shape there are.
  private var shapes: [Shape: Int] {
    Dictionary(rows.map { (spec($0).shape, 1) }) { $0 + $1 }
  }

  /// The checkpoint with its tensors in the order of another one.
  ///
  /// - Throws: if they are not of one model.
  func arranged(as other: OpenCheckpoint) throws(ModelFileError) -> OpenCheckpoint {
    var result = self
    let pairs = try pairs(with: other)
    let mine = Dictionary(rows.map { ($0.index, $0) }) { first, _ in first }
    let partners = Dictionary(pairs.compactMap { pair in pair.first.map { ($0, pair) } }) { first, _ in first
    }
    result.rows = []
    for row in other.rows {
      guard let own = partners[row.index]?.second.flatMap({ mine[$0] }) else {
        throw difference("it has no `\(other.name(row))`", other)
      }
      let (shape, expected) = (spec(own).shape, other.spec(row).shape)
      guard shape == expected else {
        throw difference("`\(name(own))` has the shape \(shape); expected \(expected)", other)
      }
      result.rows.append(own)
    }
    let taken = Set(result.rows.map(\.index))
    if let extra = rows.first(where: { !taken.contains($0.index) }) {
      throw difference("it also has `\(name(extra))`", other)
    }
    return result
  }

  /// Which of its tensors is which of another one's.
  private func pairs(with other: OpenCheckpoint) throws(ModelFileError) -> [TensorPair] {
    let paths = Dictionary(rows.map { (stored.catalog.tensors[$0.index].path, $0.index) }) { first, _ in first
    }
    let simple = other.rows.map { row in
      let path = other.stored.catalog.tensors[row.index].path
      return TensorPair(name: path, first: row.index, second: paths[path])
    }
    // As the same code writes them again and again.
    if rows.count == other.rows.count, simple.allSatisfy({ $0.second != nil }) { return simple }
    return try TensorPair.pairs(other.stored, stored)
  }

  private func difference(_ reason: String, _ other: OpenCheckpoint) -> ModelFileError {
    ModelFileError(
      .mismatch, in: stored.catalog.name,
      "not a checkpoint of the model of \(other.stored.catalog.name): \(reason)")
  }

  private func spec(_ row: AuditRow) -> TensorSpec { stored.catalog.tensors[row.index].spec }

  private func name(_ row: AuditRow) -> String {
    row.layer.isEmpty ? row.variable : "\(row.layer)/\(row.variable)"
  }
}
