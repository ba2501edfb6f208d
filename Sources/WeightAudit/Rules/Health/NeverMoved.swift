import Tensors

/// TRN001.
enum NeverMoved: Rule {
  static let descriptor = RuleDescriptor(
    id: "TRN001", name: "never-moved", summary: "Training never moved a layer.",
    rationale: "After that many steps its bias is exactly as it started and its kernel still a fresh sample.",
    remedy:
      "look for dying ReLUs and vanishing gradients before and behind it, or for a layer that is frozen by accident",
    source: "Goodfellow et al. (2016), §8.2", explains: [])

  static let examples: [RuleExample] = [
    .found(
      "20,000 steps and nothing moved",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1)),
        ExampleTensor("d/bias", .bias, [16], .constant(0), initializer: "Zeros", declared: .constant(0)),
      ], iterations: 20_000),
    .passed(
      "a bias that moved",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1)),
        ExampleTensor("d/bias", .bias, [16], .constant(0.01), initializer: "Zeros", declared: .constant(0)),
      ], iterations: 20_000),
    .passed(
      "no steps",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1)),
        ExampleTensor("d/bias", .bias, [16], .constant(0), initializer: "Zeros", declared: .constant(0)),
      ], iterations: 0),
  ]

  static func findings(in model: AuditedModel) -> [Finding] {
    guard let steps = model.iterations, steps > 0 else { return [] }
    let stuck = model.tensors.filter { tensor in
      guard tensor.isKernel, tensor.isTrainable, let judged = DeclaredVariance.ratio(of: tensor),
        judged.probability >= DeclaredVariance.significance
      else { return false }
      let biases = model.siblings(of: tensor).filter { $0.role == .bias && $0.isTrainable }
      return !biases.isEmpty && biases.allSatisfy { $0.holdsDeclaredConstants == true }
    }
    guard let first = stuck.first else { return [] }
    let names = stuck.prefix(4).map { "`\($0.name)`" }.joined(separator: ", ") + (stuck.count > 4 ? " …" : "")
    return [
      Finding(
        descriptor, first,
        "\(Numbers.count(steps)) steps of an optimizer, yet \(names) and the bias\(stuck.count > 1 ? "es" : "") are as "
          + "they were initialised: no gradient reached \(stuck.count > 1 ? "these layers" : "this layer"), or "
          + "\(stuck.count > 1 ? "they were" : "it was") frozen then",
        evidence: [.init("steps", Double(steps)), .init("layers", Double(stuck.count))])
    ]
  }
}
