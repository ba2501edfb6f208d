package import AuditReports
import Failures
import Initialization
package import KerasArchitecture
import RandomStreams
import SignalGraph
import Synchronization
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

  private let options: Options
  private let review: Review
  private let reader: FileReader
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
      case .weights(let catalog):
        let stored = try StoredModel(
          catalog, model: options.model, inputShapes: options.inputShapes, allowsMismatch: true, reader)
        return try await report(stored)
      case .text(let document, let failure):
        return try declarations(source, document, insteadOf: ModelFileError(failure))
      }
    } catch {
      return FileReport(path: source.name, failure: error.description)
    }
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
      throw source.name.hasSuffix(".json") || document.startsAsJSON ? error : failure
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
          && review.reported([finding]).contains { $0.suppression == nil && $0.isNew }
      }
      let left = (try? ArchitectureRepair(source.name, document, repair))?.findings ?? findings
      let active = review.reported(left.filter { review.isWanted($0.rule) }).count {
        $0.suppression == nil && $0.isNew
      }
      report.fixableCount = max(0, report.active.count - active)
    }
    return report
  }

  private func report(_ stored: StoredModel) async throws(ModelFileError) -> FileReport {
    let catalog = stored.catalog
    let (model, findings, skipped) = try await audited(stored)
    var report = FileReport(
      path: catalog.name,
      container: .init(
        format: catalog.container.rawValue, kerasVersion: catalog.kerasVersion,
        iterations: catalog.iterations),
      content: .init(
        state: model.state, tensors: model.tensors,
        signals: model.measuredGraph.map { LayerSignal.all(in: $0) } ?? []),
      findings: review.reported(findings), skipped: skipped)
    report.fixableCount =
      stored.architecture == nil
      ? 0 : try broken(in: model, review.reported(findings), Self.judgedRows(stored)).count
    return report
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
    let (model, findings, _) = try await audited(stored)
    let rows = try Self.judgedRows(stored)
    return (broken(in: model, review.reported(findings), rows), model.state)
  }

  private func broken(
    in model: AuditedModel, _ findings: [ReportedFinding], _ rows: [AuditRow]
  ) -> [BrokenTensor] {
    guard model.state.value != .trained, model.iterations ?? 0 == 0 else { return [] }
    let counted = Dictionary(
      findings.filter { $0.suppression == nil && $0.isNew }.compactMap { reported in
        reported.finding.path.map { ($0, reported.finding) }
      }
    ) { $0.isRedrawn ? $0 : $1 }
    return zip(rows, model.tensors).compactMap { row, tensor -> BrokenTensor? in
      guard let finding = counted[tensor.path], finding.isRedrawn, let weight = tensor.weight,
        // Of a file that does not tell, what has several values may have learned them.
        model.isFresh(tensor) || tensor.measurements.constant != nil
      else { return nil }
      return BrokenTensor(weight: weight, layer: row.layer, dtype: tensor.spec.dtype)
    }
  }

  private static func judgedRows(_ stored: StoredModel) throws(ModelFileError) -> [AuditRow] {
    try stored.auditRows().filter { !stored.catalog.tensors[$0.index].isExternal }
  }

  private func audited(
    _ stored: StoredModel
  ) async throws(ModelFileError) -> (AuditedModel, [Finding], [FileReport.Skipped]) {
    let catalog = stored.catalog
    guard !catalog.tensors.isEmpty || !catalog.externals.isEmpty else {
      throw ModelFileError(.malformed, in: catalog.name, "there are no weights in it")
    }
    try FileReader.checkValues(catalog)
    let judged = try Self.judgedRows(stored)
    let measurements = try await measure(judged, catalog)
    let tensors = zip(judged, measurements).map { row, measured in row.audited(measured, catalog) }
    let model = AuditedModel(
      tensors: tensors,
      measuredGraph: stored.architecture.map {
        WeightedGraph(graph: $0.signals, measured: tensors, inputDeviation: options.inputDeviation)
      },
      iterations: catalog.iterations, assumed: options.assumed, targetDType: options.targetDType)
    let skipped =
      try SkippedTensors(model, stored).items
      + catalog.externals.filter { !$0.isInside }.map {
        .init(tensor: $0.path, reason: $0.reason, isPartial: false)
      }
    let facts = FileFacts(
      mismatch: stored.mismatch, advice: stored.mismatchAdvice, isArchitectureNamed: options.model != nil,
      unjudged: skipped.map { "\($0.tensor): \($0.reason)" }, isStrict: options.isStrict,
      externals: catalog.externals.map(\.description),
      otherArithmetic: catalog.kerasVersion.map { version in
        .init(
          kerasVersion: version,
          layers: stored.architecture?.layersComputedOtherwise(by: version) ?? [])
      },
      damagedArchitecture: stored.isArchitectureDamaged ? stored.unusableArchitecture : nil,
      storedIntegers: zip(judged, tensors).compactMap { row, tensor in row.storedInteger(tensor) },
      declared: stored.architecture.map { [reader] architecture in
        DeclaredFacts(architecture, training: try? stored.training(reader))
      } ?? DeclaredFacts())
    let findings =
      Auditor.findings(in: facts).filter { review.isWanted($0.rule) }
      + (await Auditor.findings(in: model, workers: options.workers, where: review.isWanted))
    return (model, findings, skipped)
  }

  private func measure(
    _ rows: [AuditRow], _ catalog: WeightCatalog
  ) async throws(ModelFileError) -> [TensorMeasurements] {
    let requests = rows.map { row in
      ScanRequest(
        spec: catalog.tensors[row.index].spec, source: catalog.source(ofTensor: row.index), units: row.units)
    }
    let units = rows.compactMap { $0.units?.units }.saturatingSum
    guard units <= reader.unitLimit else {
      throw ModelFileError(
        .unsupported, in: catalog.name,
        "its kernels have \(NumberText.count(units)) units; with this memory at most "
          + "\(NumberText.count(reader.unitLimit)) are measured (--max-memory)")
    }
    let total = requests.map(\.spec.byteCount).saturatingSum
    let done = Mutex(0)
    do throws(SourceFailure) {
      return try await Scanner.measure(requests, workers: options.workers) { [progress] bytes in
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
