import Tensors
import Text

/// SER004.
enum ExplodingWeights: Rule {
  static let descriptor = RuleDescriptor(
    "SER004", "exploding-weights",
    remedy: .any(
      .advice("lower the learning rate"), .advice("clip gradients"),
      .advice("go back to the checkpoint before")),
    .init(
      summary: "A kernel grows faster and faster, or jumped.",
      rationale:
        "Training that converges slows down. Among the kernels of 46 healthy trainings none grew by half or "
        + "more twice in a row without slowing down, or tenfold after the first checkpoint.",
      source: "Pascanu et al., ICML 2013, as the cause; thresholds by measurement"))

  static var consequences: [any Rule.Type] { [OscillatingWeights.self] }

  static let examples: [RuleExample] = [
    .found(
      "doubles from checkpoint to checkpoint",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 8, 16, 32], ratios: [1, 1, 1])]),
    .found(
      "jumps after it had settled",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 4.1, 80, 80], ratios: [0.1, 20, 0.1])]),
    .passed(
      "small weights that find their scale",
      series: [ExampleHistory("b/kernel", .kernel, norms: [0.1, 0.7, 1.3, 1.7], ratios: [7, 1, 0.5])]),
    .passed("settles", series: [.moving]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    series.trainable.filter(\.isFollowed).compactMap { history in
      guard let growth = Growth(of: history) else { return nil }
      return Finding(
        descriptor, at: .tensor(history.tensor),
        "its norm \(growth.isJump ? "jumped" : "grows without slowing down:") "
          + growth.words(history, series),
        severity: growth.isStillThere(history) ? nil : .note,
        evidence: [.init("checkpoint", Double(growth.index)), .init("growth", growth.factor)])
    }
  }
}

/// A growth that does not slow down, or a jump.
struct Growth {
  /// The checkpoint that is larger.
  let index: Int
  /// By how much it is larger than the one before.
  let factor: Double
  let isJump: Bool

  /// The factor that is passed twice in a row only if the second one is smaller.
  static let repeated = 1.5
  /// The factor that is passed only at the start, where small weights find their scale.
  static let single = 10.0
  /// How much smaller the second factor is where growth slows down.
  private static let slowing = 0.95

  /// The result is `nil` where there is no such growth.
  init?(of history: TensorHistory) {
    let points = history.points
    guard points.allSatisfy({ $0.nonFiniteCount == 0 }) else { return nil }
    let factors = zip(points, points.dropFirst()).map { $0.norm > 0 ? $1.norm / $0.norm : .infinity }
    if let last = factors.last, factors.count > 1 {
      let before = factors[factors.count - 2]
      if before.isFinite, before >= Self.repeated, last >= Self.repeated, last >= Self.slowing * before {
        (index, factor, isJump) = (factors.count, last, false)
        return
      }
    }
    guard
      let jump = factors.indices.dropFirst().first(where: {
        factors[$0] >= Self.single && factors[$0].isFinite
      })
    else { return nil }
    (index, factor, isJump) = (jump + 1, factors[jump], true)
  }

  /// `from 4.1 to 80 between epoch1.keras and epoch2.keras (step 2,000)`.
  func words(_ history: TensorHistory, _ series: AuditedSeries) -> String {
    let (before, after) = (history.points[index - 1].norm, history.points[index].norm)
    return "from \(ReportNumber.short(before)) to \(ReportNumber.short(after)) between "
      + "\(series.checkpoints[index - 1].words) and \(series.checkpoints[index].words)"
  }

  /// Whether the last checkpoint is as large yet.
  func isStillThere(_ history: TensorHistory) -> Bool {
    guard let last = history.points.last else { return false }
    return last.norm >= history.points[index].norm / Self.repeated
  }
}
