import Tensors
import Text

/// TRN001.
enum NeverMoved: Rule {
  static let descriptor = RuleDescriptor(
    "TRN001", "never-moved",
    remedy: .any(
      .advice("look for dying ReLUs and vanishing gradients before and behind it"),
      .advice("check whether it was frozen by accident")),
    .init(
      summary: "Training never moved a layer.",
      rationale:
        "After so many steps its bias is exactly at its initial value, and its kernel is still a "
        + "fresh sample. A bias alone is no evidence: it cancels out of the difference of two outputs.",
      source: "Goodfellow et al. (2016), §8.2"))

  static var consequences: [any Rule.Type] { [UnmovedLayers.self] }

  static let examples: [RuleExample] = [
    .found(
      "20,000 steps and nothing moved",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1)),
        ExampleTensor("d/bias", .bias, [16], .constant(0), declared: .constant(0)),
      ], iterations: 20_000),
    .passed(
      "a bias that moved",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1)),
        ExampleTensor("d/bias", .bias, [16], .constant(0.01), declared: .constant(0)),
      ], iterations: 20_000),
    .passed(
      "a fresh file, before the first step",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1)),
        ExampleTensor("d/bias", .bias, [16], .constant(0), declared: .constant(0)),
      ], iterations: 0),
  ]

  static func judge(_ model: AuditedModel) -> [Finding] {
    guard let steps = model.iterations, steps > 0 else { return [] }
    let uses = model.measuredGraph?.kernelUses ?? [:]
    let stuck = model.tensors.filter { tensor in
      guard tensor.isKernel, tensor.isTrainable, DeclaredSupport.excess(of: tensor) == nil,
        // What is used twice may be subtracted from itself, and then its bias never moves.
        tensor.weight.map({ uses[$0] ?? 1 < 2 }) ?? true,
        UniformGrid(of: tensor)?.holds(tensor.measurements.sample) ?? true,
        let judged = DeclaredVariance.ratio(of: tensor),
        judged.probability >= DeclaredVariance.significance
      else { return false }
      let biases = model.siblings(of: tensor).filter { $0.role == .bias && $0.isTrainable }
      return !biases.isEmpty && biases.allSatisfy { $0.holdsDeclaredConstants == true }
    }
    guard let first = stuck.first else { return [] }
    let names = NameList.text(stuck.map(\.name))
    return [
      Finding(
        descriptor, at: .tensor(first),
        "after \(NumberText.counted(steps, "optimizer step")) \(names) and the "
          + "bias\(stuck.count > 1 ? "es" : "") are still "
          + "as initialized: no gradient reached \(stuck.count > 1 ? "these layers" : "this layer"), or "
          + "\(stuck.count > 1 ? "they were" : "it was") frozen",
        evidence: [.init("steps", Double(steps)), .init("layers", Double(stuck.count))]
      ).remedied(in: stuck.map(\.layer))
    ]
  }
}
