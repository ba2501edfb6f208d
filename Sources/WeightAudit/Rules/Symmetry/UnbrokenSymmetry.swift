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
    guard let surroundings = tensor.surroundings, !surroundings.readers.isEmpty, tensor.isMeasurable,
      let units = tensor.measurements.units, seesAllInputs(tensor)
    else { return nil }
    let readers = surroundings.readers.map { model.tensors[$0] }
    guard
      readers.allSatisfy({ seesAllInputs($0) && $0.measurements.units?.layout.channels == units.layout.units }
      )
    else { return nil }
    let bias = surroundings.bias.map { model.tensors[$0].measurements.sample }
    guard bias == nil || bias?.count == units.layout.units else { return nil }
    // Single units of zeros are pruned ones, of which another rule speaks.
    let isWhole = tensor.measurements.constant != nil
    var classes: [Signature: [Int]] = [:]
    for unit in 0..<units.layout.units where isWhole || units.squares[unit] > 0 {
      let signature = Signature(
        incoming: units.fingerprints[unit], bias: bias?[unit] ?? 0,
        outgoing: readers.compactMap { $0.measurements.units?.channelFingerprints[unit] })
      classes[signature, default: []].append(unit)
    }
    let groups = classes.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    guard let first = groups.first else { return nil }
    let count = groups.reduce(0) { $0 + $1.count }
    let names = first.prefix(4).map(String.init).joined(separator: ", ") + (first.count > 4 ? " …" : "")
    let effective = units.layout.units - count + groups.count
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(count)) of \(Numbers.count(units.layout.units)) units have copies with the same weights in and out "
        + "(units \(names)): they stay equal for ever, and the layer is one of \(Numbers.count(effective))",
      evidence: [.init("units", Double(count)), .init("effective_units", Double(effective))], isProof: true)
  }

  private struct Signature: Hashable {
    let incoming: UInt64
    let bias: Double
    let outgoing: [UInt64]
  }

  /// Whether it is a plain linear map, each of whose units sees every channel: not grouped, not depthwise.
  private static func seesAllInputs(_ tensor: AuditedTensor) -> Bool {
    guard let layout = tensor.measurements.units?.layout, let surroundings = tensor.surroundings else {
      return false
    }
    return layout.inner == 1 && surroundings.fanIn == layout.inputs && surroundings.unitCount == layout.units
  }
}
