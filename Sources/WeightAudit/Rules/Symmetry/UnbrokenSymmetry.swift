import Tensors
import Text

/// SYM009.
enum UnbrokenSymmetry: TensorRule {
  static let descriptor = RuleDescriptor(
    "SYM009", "unbroken-symmetry", severity: .error,
    remedy: .all(.redraw),
    .init(
      summary: "Units have the same weights in, the same bias and the same weights out.",
      rationale:
        "They compute the same and get the same gradient, so that every optimizer that treats "
        + "weights alike keeps them equal.",
      source: "Goodfellow et al. (2016), §8.4; equitable partitions: Godsil & Royle (2001), §9.3"))

  static var consequences: [any Rule.Type] {
    [
      ConstantKernel.self, IdenticalUnits.self, ParallelUnits.self, RankDeficiency.self,
      DeclaredVariance.self, DiscretizedValues.self,
    ]
  }

  private static var hidden: LayerContext {
    var context = LayerContext()
    (context.isHidden, context.readers, context.nextKernels) = (true, [1], [1])
    (context.fanIn, context.unitCount) = (8, 6)
    return context
  }

  private static var last: LayerContext {
    var context = LayerContext()
    (context.fanIn, context.unitCount) = (6, 4)
    return context
  }

  private static func copies(_ values: inout [Double]) {
    for row in 0..<8 { values[row * 6 + 4] = values[row * 6 + 1] }
  }

  static let examples: [RuleExample] = [
    .found(
      "units 1 and 4 are the same, and the next layer weighs them alike",
      [
        ExampleTensor("a/kernel", .kernel, [8, 6], .normal(seed: 1, deviation: 1), copies).placed(hidden),
        ExampleTensor("b/kernel", .kernel, [6, 4], .normal(seed: 2, deviation: 1)) { values in
          for unit in 0..<4 { values[4 * 4 + unit] = values[1 * 4 + unit] }
        }.placed(last),
      ]),
    .passed(
      "units 1 and 4 are the same, but the next layer weighs them differently",
      [
        ExampleTensor("a/kernel", .kernel, [8, 6], .normal(seed: 1, deviation: 1), copies).placed(hidden),
        ExampleTensor("b/kernel", .kernel, [6, 4], .normal(seed: 2, deviation: 1)).placed(last),
      ]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isMeasurable, let units = tensor.measurements.units, let layer = Layer(tensor, units, model)
    else { return nil }
    // Single units of zeros are pruned ones, which another rule reports.
    let isWhole = tensor.measurements.constant != nil
    let judged = (0..<layer.unitCount).filter { isWhole || layer.hasWeights($0) }
    // Most units differ in their first weights already.
    let alike = Dictionary(grouping: judged) { units.fingerprints[$0] }.values.filter { $0.count > 1 }
    let groups = alike.flatMap { Dictionary(grouping: $0, by: layer.signature).values }.filter {
      $0.count > 1
    }.sorted { $0[0] < $1[0] }
    guard let first = groups.first else { return nil }
    let count = groups.reduce(0) { $0 + $1.count }
    let names = first.prefix(4).map(String.init).joined(separator: ", ") + (first.count > 4 ? " …" : "")
    let effective = layer.unitCount - count + groups.count
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(count)) of \(NumberText.count(layer.unitCount)) units have copies with the same "
        + "weights in and out (units \(names)): they always stay equal, and the layer has "
        + NumberText.counted(effective, "effective unit"),
      evidence: [.init("units", Double(count)), .init("effective_units", Double(effective))], isProof: true)
  }

  /// What decides what a unit computes and what gradient it gets: equal for units that training cannot tell
  /// apart.
  private struct Signature: Hashable {
    let incoming: [UInt64]
    let parameters: [Double]
    let outgoing: [UInt64]
  }

  /// The units of a layer, with all that is known of each.
  private struct Layer {
    let unitCount: Int
    private let gateCount: Int
    private let units: UnitMeasurements
    private let recurrent: UnitMeasurements?
    /// Tensors of one value for each unit, several rows of them, or several gates.
    private let parameters: [[Double]]
    private let readers: [UnitMeasurements]
    /// Other kernels that make the same units.
    private let peers: [UnitMeasurements]

    /// - Returns: `nil` if something about its units is not known.
    init?(_ tensor: AuditedTensor, _ units: UnitMeasurements, _ model: AuditedModel) {
      guard let context = model.context(of: tensor), !context.readers.isEmpty,
        UnbrokenSymmetry.seesAllInputs(tensor, model),
        let readers = model.tensors(ofWeights: context.readers),
        let peers = model.tensors(ofWeights: context.peers),
        let values = model.tensors(ofWeights: context.parameters + [context.bias].compactMap(\.self)),
        let recurrent = model.tensors(ofWeights: [context.recurrentKernel].compactMap(\.self))
      else { return nil }
      self.units = units
      unitCount = context.unitCount
      gateCount = context.gateCount
      self.recurrent = recurrent.first?.measurements.units
      guard
        self.recurrent.map({ $0.layout.channels == context.unitCount }) ?? (context.recurrentKernel == nil)
      else { return nil }
      func measurements(of tensors: [AuditedTensor]) -> [UnitMeasurements] {
        tensors.compactMap { UnbrokenSymmetry.seesAllInputs($0, model) ? $0.measurements.units : nil }
      }
      self.peers = measurements(of: peers)
      self.readers = measurements(of: readers)
      guard self.peers.count == peers.count,
        self.peers.allSatisfy({ $0.layout.units == context.unitCount }),
        self.readers.count == readers.count,
        self.readers.allSatisfy({ $0.layout.channels == context.unitCount })
      else { return nil }
      parameters = values.map(\.measurements.sample)
      guard
        values.allSatisfy({
          $0.measurements.sample.count == $0.measurements.count
            && $0.measurements.count.isMultiple(of: context.unitCount)
        })
      else { return nil }
    }

    func hasWeights(_ unit: Int) -> Bool {
      (0..<gateCount).contains { units.squares[$0 * unitCount + unit] > 0 }
    }

    func signature(of unit: Int) -> Signature {
      func columns(_ units: UnitMeasurements) -> [UInt64] {
        (0..<gateCount).map { units.fingerprints[$0 * unitCount + unit] }
      }
      return Signature(
        incoming: columns(units) + (recurrent.map(columns) ?? []) + peers.map { $0.fingerprints[unit] },
        parameters: parameters.flatMap { values in
          stride(from: unit, to: values.count, by: unitCount).map { values[$0] }
        },
        outgoing: (readers + [recurrent].compactMap(\.self)).map { $0.channelFingerprints[unit] })
    }
  }

  /// Whether it is a plain linear map, each of whose units sees every channel: not grouped, not depthwise.
  private static func seesAllInputs(_ tensor: AuditedTensor, _ model: AuditedModel) -> Bool {
    guard let layout = tensor.measurements.units?.layout, let context = model.context(of: tensor) else {
      return false
    }
    return layout.inner == 1 && context.fanIn == layout.inputs
      && context.unitCount * context.gateCount == layout.units
  }
}
