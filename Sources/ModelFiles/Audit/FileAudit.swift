package import AuditReports
import Failures
import Initialization
package import KerasArchitecture
import RandomStreams
import SignalGraph
package import Tensors
import Text
package import WeightAudit
package import WeightFiles

/// Reads, measures and judges one file.
package struct FileAudit: Sendable {
  /// How files are audited.
  package struct Options: Sendable {
    /// The architecture's file; defaults to the architecture stored in each file.
    package var model: InputSource?
    /// Shapes of inputs that the architecture lacks.
    package var inputShapes: [InputShape] = []
    /// A weight file of the same model, for layers of unknown classes of an architecture.
    package var like: InputSource?
    /// The state that weights are taken to be in, whatever the file says.
    package var assumed: AuditState.Value?
    /// The standard deviation of the model's inputs.
    package var inputDeviation = 1.0
    /// The type that the weights are to be converted to.
    package var targetDType: DType?
    /// Whether the spectra of kernels are measured.
    package var measuresSpectra = false
    /// Whether what cannot be judged is a finding.
    package var isStrict = false
    /// The number of threads; no effect on the result.
    package var workers = 1

    package init() {}
  }

  /// What the user has decided about rules and findings.
  package struct Review: Sendable {
    /// Whether a rule is applied.
    package let isWanted: @Sendable (RuleDescriptor) -> Bool
    /// The findings of a file as they are reported.
    package let reported: @Sendable (_ findings: [Finding]) -> [ReportedFinding]

    package init(
      isWanted: @escaping @Sendable (RuleDescriptor) -> Bool,
      reported: @escaping @Sendable ([Finding]) -> [ReportedFinding]
    ) {
      self.isWanted = isWanted
      self.reported = reported
    }
  }

  let options: Options
  let review: Review
  let reader: FileReader
  /// Told how many bytes of how many were read.
  private let progress: @Sendable (_ done: Int, _ total: Int) -> Void

  package init(
    _ options: Options, _ review: Review, _ reader: FileReader,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.options = options
    self.review = review
    self.reader = reader
    self.progress = progress
  }

  /// The report of a weight file, or of an architecture without weights.
  package func report(_ source: InputSource) async -> FileReport {
    do throws(ModelFileError) {
      switch try reader.contents(source) {
      case .weights(let catalog): return try await report(try stored(catalog))
      case .text(let document, let failure):
        return try declarations(source, document, insteadOf: ModelFileError(failure))
      }
    } catch {
      return FileReport(path: source.name, failure: error.description)
    }
  }

  /// A weight file with its model, as far as that is known.
  func stored(_ catalog: WeightCatalog) throws(ModelFileError) -> StoredModel {
    try StoredModel(
      catalog, model: options.model, inputShapes: options.inputShapes, allowsMismatch: true, reader)
  }

  /// What is not a weight file may be an architecture, whose declarations are judged then.
  private func declarations(
    _ source: InputSource, _ document: ModelDocument, insteadOf failure: ModelFileError
  ) throws(ModelFileError) -> FileReport {
    guard options.model == nil else { throw failure }
    let like = try options.like.map { like throws(ModelFileError) in try reader.catalog(like) }
    let input: ArchitectureInput
    do throws(ModelFileError) {
      input = try ArchitectureInput(
        source.name, document, .init(like: like, inputShapes: options.inputShapes))
    } catch {
      // Whoever calls it JSON wants to know what is wrong with that.
      let isText = document.startsAsJSON || ForeignText.isYAML(document.text)
      throw source.name.hasSuffix(".json") || isText ? error : failure
    }
    let plan = try input.plan(seed: 0, backend: .standard)
    let audit = DeclarationAudit(plan, inputDeviation: options.inputDeviation, isStrict: options.isStrict)
    let (declared, findings) = (audit.graph, audit.findings.filter { review.isWanted($0.rule) })
    var report = FileReport(
      path: source.name,
      container: .init(format: "architecture", kerasVersion: input.architecture.generation.version),
      content: .init(signals: LayerSignal.all(in: declared)), findings: review.reported(findings))
    if !report.active.isEmpty {
      // What is promised was tried.
      var repair = ArchitectureRepair.Options()
      repair.overrides = .init(like: like, inputShapes: options.inputShapes)
      repair.inputDeviation = options.inputDeviation
      repair.isWanted = { [review] finding in
        review.isWanted(finding.rule)
          && review.reported([finding]).contains(where: \.isActive)
      }
      let left = (try? ArchitectureRepair(source.name, document, repair))?.findings ?? findings
      let active = review.reported(left.filter { review.isWanted($0.rule) }).count(where: \.isActive)
      report.fixableCount = max(0, report.active.count - active)
    }
    return report
  }

  private func report(_ stored: StoredModel) async throws(ModelFileError) -> FileReport {
    let verdict = try await verdict(on: stored)
    var report = report(stored, verdict)
    report.details = try await details(verdict.rows, stored.catalog)
    return report
  }

  /// A second look at kernels, by their paths; empty if none is wanted.
  func details(
    _ rows: [AuditRow], _ catalog: WeightCatalog
  ) async throws(ModelFileError) -> [String: KernelDetails] {
    var request = KernelDetails.Request()
    request.spectrum = options.measuresSpectra
    request.dtype = options.targetDType
    if request.isEmpty { return [:] }
    var kernels: [(row: AuditRow, layout: MatrixLayout)] = []
    var result: [String: KernelDetails] = [:]
    for row in rows {
      switch row.matrix {
      case .success(let layout): kernels.append((row, layout))
      case .failure(let error):
        result[catalog.tensors[row.index].path] = KernelDetails(reason: error.reason)
      case nil: break
      }
    }
    let scans = try requests(kernels.map(\.row), catalog)
    do throws(SourceFailure) {
      let details = try await KernelDetails.measure(
        zip(scans, kernels).map { ($0, $1.layout) }, request,
        valueLimit: reader.heldValueCount(workers: options.workers), workers: options.workers)
      for (scan, details) in zip(scans, details) { result[scan.spec.path] = details }
      return result
    } catch {
      throw ModelFileError(error)
    }
  }

  /// Measures and judges a file.
  private func verdict(on stored: StoredModel) async throws(ModelFileError) -> Verdict {
    let rows = try judgedRows(stored)
    let requests = try requests(rows, stored.catalog)
    let reading = ReadingProgress(of: requests, progress)
    let measured: [TensorMeasurements]
    do throws(SourceFailure) {
      measured = try await Scanner.measure(requests, workers: options.workers, progress: reading.add)
    } catch {
      throw ModelFileError(error)
    }
    return try await verdict(on: stored, rows, measured)
  }

  /// The weights of a model that are broken beyond doubt, and that training has not made so.
  ///
  /// - Parameter stored: a file with its model.
  /// - Returns: those and the state that the file's weights are in; none of trained weights, which nobody
  ///   draws anew.
  /// - Throws: what cannot be read or judged.
  package func brokenTensors(
    in stored: StoredModel
  ) async throws(ModelFileError) -> (tensors: [BrokenTensor], state: AuditState) {
    let verdict = try await verdict(on: stored)
    return (broken(verdict), verdict.model.state)
  }
}
