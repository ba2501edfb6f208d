import AuditReports
import Initialization
import KerasArchitecture
import RandomStreams
import SignalGraph
import Tensors
import WeightAudit
import WeightFiles

/// Reads, measures and judges one file.
struct FileAudit {
  let model: String?
  let assumed: AuditState.Value?
  let workers: Int
  let showsProgress: Bool
  let settings: AuditSettings

  private var policy: FindingPolicy { settings.policy }

  /// The report of a weight file, or of an architecture without weights.
  func report(_ file: String) async -> FileReport {
    do throws(CommandFailure) {
      switch try contents(file) {
      case .weights(let catalog):
        return try await report(StoredModel(catalog, model: model, allowsMismatch: true))
      case .text(let document, let reason):
        return try declarations(file, document, insteadOf: CommandFailure(reason.description, .unusable))
      }
    } catch {
      return FileReport(path: file == "-" ? "standard input" : file, failure: error.message)
    }
  }

  private func contents(_ file: String) throws(CommandFailure) -> FileContents {
    do throws(WeightFileError) {
      return try Crash.blaming(file) { () throws(WeightFileError) in try FileContents.read(file) }
    } catch {
      throw CommandFailure(error.description, .unusable)
    }
  }

  /// What is no weight file may be an architecture, whose declarations are judged then.
  private func declarations(
    _ file: String, _ document: ModelDocument, insteadOf failure: CommandFailure
  ) throws(CommandFailure) -> FileReport {
    guard model == nil else { throw failure }
    let name = file == "-" ? "standard input" : file
    let input: ArchitectureInput
    do throws(CommandFailure) { input = try ArchitectureInput(name, document) } catch {
      // Whoever calls it JSON wants to know what is wrong with that.
      throw file.hasSuffix(".json") || document.startsAsJSON ? error : failure
    }
    let plan = try input.plan(seed: 0, backend: .standard)
    let declared = DeclaredModel(plan, inputDeviation: settings.inputDeviation)
    let findings = RuleCatalog.findings(in: declared).filter { policy.isWanted($0.rule) }
    return FileReport(
      path: name, format: "architecture", kerasVersion: input.architecture.generation.version, state: nil,
      iterations: nil, tensors: [], signals: LayerSignal.all(in: declared),
      findings: policy.reported(findings, file: name), skipped: [])
  }

  private func report(_ stored: StoredModel) async throws(CommandFailure) -> FileReport {
    let catalog = stored.catalog
    guard !catalog.tensors.isEmpty else {
      throw CommandFailure("\(catalog.name): there are no weights in it", .unusable)
    }
    let (rows, bombs) = stored.auditRows().partitioned { catalog.tensors[$0.index].isCredible }
    let requests = rows.map { row in
      ScanRequest(
        spec: catalog.tensors[row.index].spec, source: catalog.source(ofTensor: row.index), units: row.units)
    }
    let progress = ProgressLine(
      total: requests.reduce(0) { $0 + $1.spec.byteCount },
      isEnabled: showsProgress && Terminal.isStandardErrorTerminal)
    defer { progress.finish() }
    let counter = ByteCounter()
    let measurements: [TensorMeasurements]
    do throws(SourceFailure) {
      measurements = try await Scanner.measure(requests, workers: workers) { bytes in
        progress.update(counter.add(bytes))
      }
    } catch {
      throw CommandFailure("\(error.source): \(error.reason)", .unusable)
    }
    let model = AuditedModel(
      tensors: zip(rows, measurements).map { row, measured in row.audited(measured, catalog) },
      measuredGraph: stored.measuredGraph(
        rows, measurements, inputDeviation: settings.inputDeviation),
      iterations: catalog.iterations, assumed: assumed, targetDType: settings.targetDType)
    let skipped =
      try skipped(model, stored)
      + bombs.map {
        .init(
          tensor: "\($0.layer)/\($0.variable)",
          reason:
            "it would take \(Format.bytes(catalog.tensors[$0.index].spec.byteCount)) but nearly nothing is stored"
        )
      }
    let facts = FileFacts(
      mismatch: stored.mismatch, isArchitectureNamed: self.model != nil,
      unjudged: skipped.map { "\($0.tensor): \($0.reason)" }, isStrict: settings.isStrict)
    let findings =
      RuleCatalog.findings(of: facts).filter { policy.isWanted($0.rule) }
      + (await Auditor.findings(in: model, workers: workers, where: policy.isWanted))
    return FileReport(
      path: catalog.name, format: catalog.container.rawValue, kerasVersion: catalog.kerasVersion,
      state: model.state, iterations: catalog.iterations, tensors: model.tensors,
      signals: model.measuredGraph.map { LayerSignal.all(in: $0) } ?? [],
      findings: policy.reported(findings, file: catalog.name),
      skipped: skipped)
  }

  /// What no rule, or no rule about distributions, could judge.
  private func skipped(
    _ model: AuditedModel, _ stored: StoredModel
  ) throws(CommandFailure) -> [FileReport.Skipped] {
    let all = model.tensors.compactMap { tensor -> FileReport.Skipped? in
      func skipped(_ reason: String) -> FileReport.Skipped { .init(tensor: tensor.name, reason: reason) }
      if tensor.measurements.count == 0 { return skipped("it is empty") }
      if !tensor.spec.dtype.isFloatingPoint { return skipped("\(tensor.spec.dtype.rawValue) is no weight") }
      if stored.architecture == nil {
        let reason =
          stored.mismatch == nil
          ? stored.objection.map { "the architecture does not do: \($0)" } ?? "no architecture"
          : "its architecture is of another model"
        return .init(
          tensor: tensor.name, reason: "\(reason): declared values and the graph are not known",
          isPartial: true)
      }
      if !tensor.isOfModel { return skipped("the model does not have it, or has it elsewhere too") }
      guard tensor.declaration == nil else { return nil }
      return .init(
        tensor: tensor.name, reason: "its initializer is not known: its distribution is not judged",
        isPartial: true)
    }
    guard all.contains(where: \.isPartial) || all.count < model.tensors.count else {
      let reason = all.first?.reason ?? "nearly nothing of them is stored"
      throw CommandFailure("\(stored.catalog.name): none of its tensors can be judged: \(reason)", .unusable)
    }
    return all
  }
}

extension Array {
  /// The elements that are wanted, and the others.
  fileprivate func partitioned(_ isWanted: (Element) -> Bool) -> ([Element], [Element]) {
    (filter(isWanted), filter { !isWanted($0) })
  }
}

extension StoredTensor {
  /// Whether as much is stored as it would take to read: no weights are compressed a thousandfold.
  fileprivate var isCredible: Bool {
    spec.byteCount < 1 << 30 || UInt64(spec.byteCount) / 1000 <= storedByteCount
  }
}
