import AuditReports
import Failures
import Initialization
import KerasArchitecture
import Tensors
import Text
import WeightAudit
import WeightFiles

extension FileAudit {
  /// What was measured and found in a file.
  struct Verdict {
    /// The tensors that were judged, as the model has them in the same order.
    let rows: [AuditRow]
    let model: AuditedModel
    /// What was found, whatever the user has decided about it.
    let findings: [Finding]
    /// What could not be judged, or not in full.
    let skipped: [FileReport.Skipped]
  }

  /// The tensors that can be judged.
  ///
  /// - Throws: why the file cannot be audited.
  func judgedRows(_ stored: StoredModel) throws(ModelFileError) -> [AuditRow] {
    let catalog = stored.catalog
    guard !catalog.tensors.isEmpty || !catalog.externals.isEmpty else {
      throw ModelFileError(.malformed, in: catalog.name, "there are no weights in it")
    }
    try FileReader.checkValues(catalog)
    return try stored.auditRows().filter { !catalog.tensors[$0.index].isExternal }
  }

  /// What is measured of them.
  ///
  /// - Throws: if they have more units than are measured.
  func requests(_ rows: [AuditRow], _ catalog: WeightCatalog) throws(ModelFileError) -> [ScanRequest] {
    try reader.checkUnits(rows.compactMap(\.units), in: catalog.name)
    return rows.map { row in
      ScanRequest(
        spec: catalog.tensors[row.index].spec, source: catalog.source(ofTensor: row.index), units: row.units)
    }
  }

  /// Applies the rules to what was measured.
  ///
  /// - Parameters:
  ///   - stored: the file.
  ///   - rows: its tensors.
  ///   - measurements: of each.
  /// - Returns: what was found.
  /// - Throws: why parts of the file cannot be read.
  func verdict(
    on stored: StoredModel, _ rows: [AuditRow], _ measurements: [TensorMeasurements]
  ) async throws(ModelFileError) -> Verdict {
    let catalog = stored.catalog
    let tensors = zip(rows, measurements).map { row, measured in row.audited(measured, catalog) }
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
      storedIntegers: zip(rows, tensors).compactMap { row, tensor in row.storedInteger(tensor) },
      declared: stored.architecture.map { [reader] architecture in
        DeclaredFacts(architecture, training: try? stored.training(reader))
      } ?? DeclaredFacts())
    let arguments = stored.architecture?.otherInitializers ?? [:]
    let ofFile = Auditor.findings(in: facts).filter { review.isWanted($0.rule) }
    let ofModel = await Auditor.findings(in: model, workers: options.workers, where: review.isWanted)
    let findings = [ofFile, ofModel].joined().map { $0.remedied(byArguments: arguments) }
    return Verdict(rows: rows, model: model, findings: findings, skipped: skipped)
  }

  /// The report of a file.
  ///
  /// - Parameters:
  ///   - stored: the file.
  ///   - verdict: what was found in it.
  /// - Returns: its report, as the user wants findings to be reported.
  func report(_ stored: StoredModel, _ verdict: Verdict) -> FileReport {
    let (catalog, model) = (stored.catalog, verdict.model)
    var report = FileReport(
      path: catalog.name,
      container: .init(
        format: catalog.container.rawValue, kerasVersion: catalog.kerasVersion,
        iterations: catalog.iterations),
      content: .init(
        state: model.state, tensors: model.tensors,
        signals: model.measuredGraph.map { LayerSignal.all(in: $0) } ?? []),
      findings: review.reported(verdict.findings), skipped: verdict.skipped)
    report.fixableCount = stored.architecture == nil ? 0 : broken(verdict).count(where: \.isProven)
    return report
  }

  /// The weights that are broken beyond doubt, and that training has not made so.
  func broken(_ verdict: Verdict) -> [BrokenTensor] {
    let model = verdict.model
    guard model.state.value != .trained, model.iterations ?? 0 == 0 else { return [] }
    let counted = Dictionary(
      review.reported(verdict.findings).filter(\.isActive).flatMap(\.all).compactMap { reported in
        reported.finding.path.map { ($0, reported.finding) }
      }
    ) { $0.isRedrawn ? $0 : $1 }
    let learned = model.state.isAssumed ? [] : model.tensors.filter(\.looksTrained).map(\.path)
    let tensors = zip(verdict.rows, model.tensors).compactMap { row, tensor -> BrokenTensor? in
      guard let finding = counted[tensor.path], let weight = tensor.weight else { return nil }
      let isConstant = tensor.measurements.constant != nil
      // Of a file that does not tell, what has several values may have learned them.
      let isProven =
        finding.isRedrawn
        && (isConstant || model.isFresh(tensor) && learned.allSatisfy { $0 == tensor.path })
      guard isProven || isConstant && finding.rule.id.family == .symmetry else { return nil }
      // Attention declares its projections together.
      let owner = tensor.name.split(separator: "/").first.map(String.init) ?? row.layer
      return BrokenTensor(weight: weight, layer: owner, dtype: tensor.spec.dtype, isProven: isProven)
    }
    let layers = Set(tensors.filter(\.isProven).map(\.layer))
    return tensors.filter { $0.isProven || layers.contains($0.layer) }
  }
}
