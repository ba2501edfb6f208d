import Failures
package import Initialization
import KerasArchitecture
package import RandomStreams
import Synchronization
package import Tensors
import WeightAudit
package import WeightFiles

/// Whether the weights of a file are those that Keras would have drawn.
package struct WeightVerification: Sendable {
  package enum Verdict: Sendable, Hashable {
    /// Every value is the same.
    case identical
    /// As close as Keras's own arithmetic is from one machine to the next.
    case rounded(maximum: Double)
    /// Drawn from the declared distribution, but with other numbers.
    case sameDistribution
    /// Drawn with the seed of another weight of this model: its layers were made in another order.
    case otherSeed(of: String)
    /// Not what the initializer draws.
    case different(maximum: Double, count: Int)
    case reshaped(stored: Shape)
    case missing

    /// Whether Keras itself could have made it.
    package var isMatch: Bool {
      switch self {
      case .identical, .rounded: true
      case .sameDistribution, .otherSeed, .different, .reshaped, .missing: false
      }
    }
  }

  package struct Entry: Sendable {
    package let name: String
    package let initializer: String
    package let verdict: Verdict
  }

  package let plan: WeightPlan
  package let entries: [Entry]
  /// A backend on which the same seed draws a kernel of the file, if it is not the one that was asked for.
  package let otherBackend: Backend?

  package var isMatch: Bool { entries.allSatisfy { $0.verdict.isMatch } }
}

// MARK: - Comparison

extension WeightVerification {
  /// - Parameters:
  ///   - catalog: the file's.
  ///   - input: the model.
  ///   - seed: the seed of the whole model.
  ///   - backend: the backend that is to have drawn the weights.
  ///   - order: whose order of layers decides their seeds; `nil` for that of the description.
  ///   - workers: the number of threads; no effect on the result.
  /// - Throws: why the two cannot be compared.
  package init(
    _ catalog: WeightCatalog, _ input: ArchitectureInput, seed: UInt32, backend: Backend,
    order: LayerOrder? = nil, workers: Int
  ) async throws(ModelFileError) {
    var plan = try input.plan(seed: UInt64(seed), backend: backend, order: order)
    if let calibration = try catalog.calibration() { plan = calibration.applied(to: plan) }
    self.plan = plan
    let match: StoredMatch
    do throws(StoredMismatch) { match = try StoredMatch(plan.architecture, catalog.tree) } catch {
      throw ModelFileError(
        .mismatch, in: catalog.name, "not of the model in \(input.name): \(error)", cause: error)
    }
    let pairs = plan.architecture.namedWeights.compactMap { named -> Pair? in
      let stored = match.tensors[named.weight]?.index
      // What is merged into another weight as the file is saved is not missing from it.
      guard let planned = plan.weights[named.weight], stored != nil || !planned.declaration.isMergedWhenSaved
      else { return nil }
      return Pair(name: named.name, planned: planned, stored: stored)
    }
    do throws(SourceFailure) {
      var verdicts = try await Self.verdicts(pairs, catalog, workers: workers)
      let drawn = try await Self.sameDistribution(pairs, verdicts, catalog, workers: workers)
      for index in drawn { verdicts[index] = .sameDistribution }
      otherBackend = try Self.otherBackend(pairs, verdicts, catalog, input, seed, notBackend: backend)
      if otherBackend == nil { try Self.findOtherSeeds(pairs, &verdicts, plan, catalog) }
      entries = zip(pairs, verdicts).map { pair, verdict in
        Entry(name: pair.name, initializer: pair.planned.initializerSummary, verdict: verdict)
      }
    } catch {
      throw ModelFileError(error)
    }
  }

  /// A weight, and the index of the file's tensor that is to hold it.
  private struct Pair: Sendable {
    let name: String
    let planned: PlannedWeight
    let stored: Int?
  }

  private static func verdicts(
    _ pairs: [Pair], _ catalog: WeightCatalog, workers: Int
  ) async throws(SourceFailure) -> [Verdict] {
    let verdicts = Mutex([Verdict](repeating: .missing, count: pairs.count))
    try await forEachIndex(below: pairs.count, workers: workers) {
      index throws(SourceFailure) in
      let verdict = try verdict(pairs[index].planned, pairs[index].stored, catalog)
      verdicts.withLock { $0[index] = verdict }
    }
    return verdicts.withLock { $0 }
  }

  private static func verdict(
    _ planned: PlannedWeight, _ stored: Int?, _ catalog: WeightCatalog
  ) throws(SourceFailure) -> Verdict {
    guard let stored else { return .missing }
    let (ours, theirs) = (planned.declaration.spec, catalog.tensors[stored].spec)
    guard ours.shape == theirs.shape else { return .reshaped(stored: theirs.shape) }
    let comparison = try ValueComparison.compare(
      planned.source, ours, catalog.source(ofTensor: stored), theirs)
    if comparison.count == 0 { return .identical }
    let tolerance = planned.tolerance
    if comparison.maximum <= tolerance { return .rounded(maximum: comparison.maximum) }
    return .different(maximum: comparison.maximum, count: comparison.count)
  }

  /// Those of the weights that differ whose values are distributed as declared, by the tests of `inspect`.
  private static func sameDistribution(
    _ pairs: [Pair], _ verdicts: [Verdict], _ catalog: WeightCatalog, workers: Int
  ) async throws(SourceFailure) -> [Int] {
    let candidates = pairs.indices.filter { index in
      guard case .different(_, let count) = verdicts[index] else { return false }
      // Where most values are those that were drawn, the others were changed.
      let total = pairs[index].planned.declaration.spec.elementCount
      return pairs[index].planned.seed != nil && count > total / 2
    }
    let requests = candidates.compactMap { index in
      pairs[index].stored.map { stored in
        // Whether a kernel is orthogonal is asked of its last axis.
        let isOrthogonal = pairs[index].planned.expectation?.family == .orthogonal
        let spec = catalog.tensors[stored].spec
        return ScanRequest(
          spec: spec, source: catalog.source(ofTensor: stored),
          units: isOrthogonal ? UnitLayout(spec.shape.dimensions) : nil)
      }
    }
    let measurements = try await Scanner.measure(requests, workers: workers)
    let audited = zip(candidates, measurements).map { index, measured in
      pairs[index].planned.audited(named: pairs[index].name, measured)
    }
    let model = AuditedModel(tensors: audited, assumed: .fresh)
    let findings = await Auditor.findings(in: model, workers: workers) {
      [.declaredValues, .distribution].contains($0.id.family)
    }
    let refuted = Set(findings.compactMap(\.path))
    return zip(candidates, audited).compactMap { index, tensor in
      tensor.measurements.finiteCount == tensor.measurements.count && tensor.declaration != nil
        && !refuted.contains(tensor.path) ? index : nil
    }
  }

  /// Looks for the seeds with which the model's other weights are drawn in those that differ.
  private static func findOtherSeeds(
    _ pairs: [Pair], _ verdicts: inout [Verdict], _ plan: WeightPlan, _ catalog: WeightCatalog
  ) throws(SourceFailure) {
    let seeds = pairs.compactMap { pair in pair.planned.seed.map { (pair.name, $0) } }
    for index in pairs.indices where verdicts[index] == .sameDistribution {
      let (planned, spec) = (pairs[index].planned, pairs[index].planned.declaration.spec)
      guard let stored = pairs[index].stored, spec.elementCount > 1, spec.elementCount <= 100_000_000 else {
        continue
      }
      for (name, seed) in seeds where name != pairs[index].name {
        guard let source = plan.source(of: planned, drawnWith: seed),
          try begins(source, spec, as: catalog.source(ofTensor: stored), catalog.tensors[stored].spec)
        else { continue }
        let comparison = try ValueComparison.compare(
          source, spec, catalog.source(ofTensor: stored), catalog.tensors[stored].spec)
        guard comparison.maximum <= planned.tolerance else { continue }
        verdicts[index] = .otherSeed(of: name)
        break
      }
    }
  }

  /// Whether the first values of two tensors are the same, up to the rounding of a QR factorization.
  private static func begins(
    _ first: TensorSource, _ firstSpec: TensorSpec, as second: TensorSource, _ secondSpec: TensorSpec
  ) throws(SourceFailure) -> Bool {
    let count = min(32, firstSpec.elementCount)
    guard let one = try? TensorSpec(path: firstSpec.path, shape: [count], dtype: firstSpec.dtype),
      let other = try? TensorSpec(path: secondSpec.path, shape: [count], dtype: secondSpec.dtype)
    else { return false }
    return try ValueComparison.compare(first, one, second, other).maximum <= 1e-5
  }

  /// Whether the smallest kernel that is not as expected is what the same seed draws on another backend.
  private static func otherBackend(
    _ pairs: [Pair], _ verdicts: [Verdict], _ catalog: WeightCatalog, _ input: ArchitectureInput,
    _ seed: UInt32, notBackend backend: Backend
  ) throws(SourceFailure) -> Backend? {
    let kernels = pairs.indices.filter { verdicts[$0] == .sameDistribution }
    let sizes = { (index: Int) in pairs[index].planned.declaration.spec.elementCount }
    guard let kernel = kernels.filter({ sizes($0) >= 16 }).min(by: { sizes($0) < sizes($1) }) else {
      return nil
    }
    for other in Backend.allCases where other != backend {
      guard let plan = try? input.plan(seed: UInt64(seed), backend: other),
        let planned = plan.weight(pairs[kernel].planned.declaration)
      else { continue }
      if try verdict(planned, pairs[kernel].stored, catalog).isMatch { return other }
    }
    return nil
  }
}

extension PlannedWeight {
  /// As rules see it. A weight that is put together from several draws has no declaration to judge by.
  fileprivate func audited(named name: String, _ measurements: TensorMeasurements) -> AuditedTensor {
    AuditedTensor(
      AuditedTensor.Name(path: name, layer: name, variable: declaration.name), spec: declaration.spec,
      role: declaration.role,
      model: AuditedTensor.ModelFacts(
        isTrainable: declaration.isTrainable,
        declaration: expectation.map {
          TensorDeclaration(initializer: initializerSummary, expectations: [$0])
        }),
      measurements: measurements)
  }
}
