package import AuditReports
import Failures
import Initialization
import KerasArchitecture
package import RandomStreams
package import Tensors
import Text
import WeightAudit
package import WeightFiles

/// A weight file whose provably broken weights are drawn anew; all others stay as they are, bit for bit.
///
/// Where the declared initializer is what broke them, the description in the file declares another one.
package struct WeightRepair: Sendable {
  /// What the new file is to hold; the sources of tensors are the keys of `sources`.
  package let contents: ContainerContents
  package let sources: [Int: TensorSource]
  package let changes: [RepairSummary.Change]
  /// The names of the weights that are drawn.
  package let drawn: [String]

  /// - Parameters:
  ///   - stored: the file.
  ///   - broken: what an audit has found in it.
  ///   - document: the description of its model.
  ///   - options: what decides about findings.
  ///   - draw: the seed and the backend of what is drawn.
  /// - Throws: if the description cannot be read or edited.
  package init(
    _ stored: StoredModel, _ broken: [BrokenTensor], _ document: ModelDocument,
    _ options: ArchitectureRepair.Options, _ draw: (seed: UInt64, backend: Backend)
  ) throws(ModelFileError) {
    // Declarations are judged by the layers of the model itself.
    let indices = Set(broken.filter(\.isProven).map(\.weight))
    let layers = Set(
      (stored.architecture?.layers ?? []).filter { layer in
        layer.weights.contains { indices.contains($0.creationIndex) }
      }.map(\.name))
    var limited = options
    // The weights are broken beyond doubt, whatever is said of their declaration.
    limited.countsNotes = true
    // A declaration of another scale would not be that of the weights that stay.
    limited.isWanted = { finding in
      guard options.isWanted(finding) else { return false }
      // What gets no gradient for zeros is named by those that get none, and mended where the zeros are.
      return finding.rule.id.family == .symmetry && layers.contains(finding.layer)
        || finding.rule.id.family == .gradient && !layers.isDisjoint(with: finding.remedy.layers)
    }
    let repair = try ArchitectureRepair(stored.catalog.name, document, limited)
    var plan = try repair.input.plan(seed: draw.seed, backend: draw.backend)
    if let calibration = try stored.catalog.calibration() { plan = calibration.applied(to: plan) }
    let names = Dictionary(plan.architecture.namedWeights.map { ($0.weight, $0.name) }) { first, _ in first }
    let tensors = Dictionary(broken.map { ($0.weight, $0) }) { first, _ in first }
    var sources = stored.sources
    var drawn: [String] = []
    for declaration in plan.architecture.weights {
      guard let tensor = tensors[declaration.creationIndex],
        let planned = plan.weight(declaration), !planned.isConstant, tensor.dtype == declaration.spec.dtype
      else { continue }
      sources[declaration.creationIndex] = planned.source
      drawn.append(names[declaration.creationIndex] ?? declaration.name)
    }
    self.sources = sources
    self.drawn = drawn
    let changesModel = !drawn.isEmpty && !repair.changes.isEmpty
    changes = changesModel ? repair.changes : []
    contents = stored.contents.redrawn(
      describedBy: changesModel ? repair.input.architecture.document : stored.contents.modelConfig,
      provenance: stored.factors)
  }
}

extension PlannedWeight {
  /// Whether its initializer gives every value the same, so that drawing changes nothing.
  fileprivate var isConstant: Bool {
    if case .constant? = expectation?.family { true } else { false }
  }
}
