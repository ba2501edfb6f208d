import Tensors

/// SYM009.
enum UnbrokenSymmetry: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "SYM009", name: "unbroken-symmetry", severity: .error,
    summary: "Units with the same weights in, the same bias and the same weights out.",
    rationale:
      "They compute the same and get the same gradient, so every optimizer that treats weights alike keeps them copies.",
    remedy: "initialise the layer again: wtool init --only LAYER",
    source: "Goodfellow et al. (2016), §8.4; equitable partitions: Godsil & Royle (2001), §9.3",
    explains: ["SYM002", "SYM003", "SYM004", "SYM005", "DEC001", "DST003"])

  private static var read: AuditedTensor.Surroundings {
    var surroundings = AuditedTensor.Surroundings()
    (surroundings.isHidden, surroundings.readers, surroundings.nextKernels) = (true, [1], [1])
    (surroundings.fanIn, surroundings.unitCount) = (8, 6)
    return surroundings
  }

  private static var last: AuditedTensor.Surroundings {
    var surroundings = AuditedTensor.Surroundings()
    (surroundings.fanIn, surroundings.unitCount) = (6, 4)
    return surroundings
  }

  private static func copies(_ values: inout [Double]) {
    for row in 0..<8 { values[row * 6 + 4] = values[row * 6 + 1] }
  }

  static let examples: [RuleExample] = [
    .found(
      "units 1 and 4 are the same, and the next layer weighs them alike",
      [
        ExampleTensor(
          "a/kernel", .kernel, [8, 6], .normal(seed: 1, deviation: 1), surroundings: read, copies),
        ExampleTensor("b/kernel", .kernel, [6, 4], .normal(seed: 2, deviation: 1), surroundings: last) {
          values in
          for unit in 0..<4 { values[4 * 4 + unit] = values[1 * 4 + unit] }
        },
      ]),
    .passed(
      "the next layer tells them apart",
      [
        ExampleTensor(
          "a/kernel", .kernel, [8, 6], .normal(seed: 1, deviation: 1), surroundings: read, copies),
        ExampleTensor("b/kernel", .kernel, [6, 4], .normal(seed: 2, deviation: 1), surroundings: last),
      ]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isMeasurable, let units = tensor.measurements.units, let layer = Layer(tensor, units, model)
    else { return nil }
    // Single units of zeros are pruned ones, of which another rule speaks.
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
      descriptor, tensor,
      "\(Numbers.count(count)) of \(Numbers.count(layer.unitCount)) units have copies with the same weights in and out "
        + "(units \(names)): they stay equal for ever, and the layer is one of \(Numbers.count(effective))",
      evidence: [.init("units", Double(count)), .init("effective_units", Double(effective))], isProof: true)
  }

  /// What decides what a unit computes and what gradient it gets: equal for units that training cannot tell apart.
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
      guard let surroundings = tensor.surroundings ?? tensor.recurrence, !surroundings.readers.isEmpty,
        UnbrokenSymmetry.seesAllInputs(tensor)
      else { return nil }
      self.units = units
      unitCount = surroundings.unitCount
      gateCount = surroundings.gateCount
      recurrent = surroundings.recurrentKernel.flatMap { model.tensors[$0].measurements.units }
      guard
        recurrent.map({ $0.layout.channels == surroundings.unitCount })
          ?? (surroundings.recurrentKernel == nil)
      else { return nil }
      func measurements(of numbers: [Int]) -> [UnitMeasurements] {
        numbers.compactMap { number in
          let tensor = model.tensors[number]
          return UnbrokenSymmetry.seesAllInputs(tensor) ? tensor.measurements.units : nil
        }
      }
      peers = measurements(of: surroundings.peers)
      readers = measurements(of: surroundings.readers)
      guard peers.count == surroundings.peers.count,
        peers.allSatisfy({ $0.layout.units == surroundings.unitCount }),
        readers.count == surroundings.readers.count,
        readers.allSatisfy({ $0.layout.channels == surroundings.unitCount })
      else { return nil }
      let tensors = (surroundings.parameters + [surroundings.bias].compactMap(\.self)).map {
        model.tensors[$0]
      }
      parameters = tensors.map(\.measurements.sample)
      guard
        tensors.allSatisfy({
          $0.measurements.sample.count == $0.measurements.count
            && $0.measurements.count.isMultiple(of: surroundings.unitCount)
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
  private static func seesAllInputs(_ tensor: AuditedTensor) -> Bool {
    guard let layout = tensor.measurements.units?.layout,
      let surroundings = tensor.surroundings ?? tensor.recurrence
    else { return false }
    return layout.inner == 1 && surroundings.fanIn == layout.inputs
      && surroundings.unitCount * surroundings.gateCount == layout.units
  }
}
