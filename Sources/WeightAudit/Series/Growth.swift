import Tensors

extension TensorHistory {
  /// A kernel's root mean square over that of He's initializer; `nil` of what has no units.
  func relativeScale(at index: Int) -> Double? {
    guard let units = tensor.measurements.units?.layout, tensor.isKernel, units.inputs > 0 else { return nil }
    let weights = Double(units.inputs * units.units)
    return points[index].norm / weights.squareRoot() / (2 / Double(units.inputs)).squareRoot()
  }
}

/// A growth that does not slow down, or a jump.
struct Growth {
  /// The checkpoint that is larger.
  let index: Int
  /// By how much it is larger than the one before.
  let factor: Double
  let isJump: Bool

  /// Factors that are passed so many times in a row only if the last one is smaller.
  private static let repeated = [(count: 2, factor: 1.5), (count: 3, factor: 1.2)]
  /// A factor that is passed only where a kernel was far too small before.
  private static let single = 10.0
  /// How much smaller the last factor is where growth slows down.
  private static let slowing = 0.9
  /// The scale relative to He's below which a kernel is far too small, and may find its scale at once.
  private static let smallScale = 0.3

  /// The result is `nil` where there is no such growth.
  init?(of history: TensorHistory) {
    let points = history.points
    guard points.allSatisfy({ $0.nonFiniteCount == 0 }) else { return nil }
    let factors = zip(points, points.dropFirst()).map { $0.norm > 0 ? $1.norm / $0.norm : .infinity }
    for (count, least) in Self.repeated {
      let last = factors.suffix(count)
      if last.count == count, let final = last.last, let largest = last.max(), largest.isFinite,
        last.allSatisfy({ $0 >= least }), final >= Self.slowing * largest
      {
        (index, factor, isJump) = (factors.count, final, false)
        return
      }
    }
    let jump = factors.indices.first { index in
      guard factors[index] >= Self.single, factors[index].isFinite else { return false }
      // Statistics begin at zeros and ones, whatever the signal is.
      return history.relativeScale(at: index).map { $0 >= Self.smallScale } ?? (index > 0)
    }
    guard let jump else { return nil }
    (index, factor, isJump) = (jump + 1, factors[jump], true)
  }

  /// What a rule finds.
  func finding(
    _ descriptor: RuleDescriptor, _ history: TensorHistory, _ series: AuditedSeries
  ) -> Finding {
    let (before, after) = (history.points[index - 1].norm, history.points[index].norm)
    let isThere = history.points.last.map { $0.norm >= after / 1.5 } ?? false
    // Without an architecture nobody knows that it is what it seems to be.
    let isKnown = history.tensor.weight != nil
    return Finding(
      descriptor, at: .tensor(history.tensor),
      "its norm \(isJump ? "jumped" : "grows without slowing down:") from \(ReportNumber.short(before)) to "
        + "\(ReportNumber.short(after)) between \(series.checkpoints[index - 1].words) and "
        + series.checkpoints[index].words,
      severity: isThere && (isKnown || history.tensor.role != .statistic) ? nil : .note,
      evidence: [.init("checkpoint", Double(index)), .init("growth", factor)])
  }
}
