import SignalGraph
import Tensors

/// SYM008.
enum SharedStream: Rule {
  static let descriptor = RuleDescriptor(
    "SYM008", "reused-random-stream",
    remedy: .all(.separateSeeds),
    .init(
      summary: "Two kernels start with, or will be drawn from, the same random numbers.",
      rationale: "Layers that are drawn from one stream are not independent: one seed was used for both.",
      source: "Keras 2.11 to 2.15 warn of it; Keras 3 does not"))

  /// The number of values below which a correlation proves nothing.
  private static let leastCount = 16

  static let examples: [RuleExample] = [
    .found(
      "one seed in layers of two widths",
      [
        ExampleTensor("a/kernel", .kernel, [8, 8], .normal(seed: 1, deviation: 1)),
        ExampleTensor("b/kernel", .kernel, [16, 8], .normal(seed: 1, deviation: 0.5)),
      ], assumed: .fresh),
    .found(
      "two different layers declared with one seed",
      .declarations(
        ExampleNetwork([.dense(gain: 1, stream: "3"), .activation(.tanh), .dense(gain: 2, stream: "3")]))),
    .passed(
      "two different layers declared with two seeds",
      .declarations(
        ExampleNetwork([.dense(gain: 1, stream: "3"), .activation(.tanh), .dense(gain: 2, stream: "4")]))),
    .passed(
      "two seeds in layers of two widths",
      [
        ExampleTensor("a/kernel", .kernel, [8, 8], .normal(seed: 1, deviation: 1)),
        ExampleTensor("b/kernel", .kernel, [16, 8], .normal(seed: 2, deviation: 0.5)),
      ], assumed: .fresh),
  ]

  static func judge(_ model: AuditedModel) -> [Finding] {
    let candidates = model.tensors.filter { tensor in
      tensor.isOfModel && tensor.isTable && tensor.isMeasurable
        && model.isFresh(tensor)
        && tensor.measurements.constant == nil && tensor.measurements.leading.count >= leastCount
        && tensor.declaration?.expectations.contains { isComputed($0.family) } != true
    }
    // Equal up to scale and mean means that a ratio of distances is equal: neighbors when sorted by it.
    let sorted = candidates.indices
      .compactMap { index -> (index: Int, ratio: Double)? in
        let leading = candidates[index].measurements.leading
        let mean = leading[..<leastCount].reduce(0, +) / Double(leastCount)
        return leading[0] == mean ? nil : (index, (leading[1] - mean) / (leading[0] - mean))
      }
      .sorted { ($0.ratio, $0.index) < ($1.ratio, $1.index) }
    var partners: [Int: Int] = [:]
    for (index, one) in sorted.enumerated() {
      for other in sorted[(index + 1)...] {
        guard other.ratio - one.ratio <= 1e-3 * (1 + abs(one.ratio)) else { break }
        let (first, second) = (min(one.index, other.index), max(one.index, other.index))
        if isOneStream(candidates[first].measurements, candidates[second].measurements) {
          partners[second] = min(partners[second] ?? first, first)
        }
      }
    }
    return partners.keys.sorted().map { index in
      let earlier = candidates[partners[index] ?? index]
      return Finding(
        descriptor, at: .tensor(candidates[index]),
        "it starts with the numbers of `\(earlier.name)`, up to scale: one seed was used for both")
    }
  }

  static func judge(_ declarations: WeightedGraph) -> [Finding] {
    declarations.repeatedStreams.compactMap { first, second in
      guard first.shape != second.shape || first.expectation != second.expectation else { return nil }
      return Finding(
        descriptor, at: .layer(second.layer),
        "`\(second.name)` will be drawn from the same random stream as `\(first.name)`: one seed for both")
    }
  }

  /// Whether the first values are correlated by more than 0.999; of 16 random ones, by chance, once in 10²⁰.
  private static func isOneStream(_ one: TensorMeasurements, _ other: TensorMeasurements) -> Bool {
    let count = min(one.leading.count, other.leading.count)
    let firstMean = one.leading[..<count].reduce(0, +) / Double(count)
    let secondMean = other.leading[..<count].reduce(0, +) / Double(count)
    var (product, first, second) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      let (a, b) = (one.leading[index] - firstMean, other.leading[index] - secondMean)
      product += a * b
      first += a * a
      second += b * b
    }
    return abs(product) > 0.999 * (first * second).squareRoot()
  }

  private static func isComputed(_ family: ValueExpectation.Family) -> Bool {
    switch family {
    case .orthogonal, .structured, .constant: true
    case .uniform, .normal, .truncatedNormal: false
    }
  }
}
