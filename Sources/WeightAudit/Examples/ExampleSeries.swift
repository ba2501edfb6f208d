import Tensors

/// Histories of an example, whose checkpoints are a thousand steps apart.
struct ExampleSeries: Sendable {
  let series: AuditedSeries

  /// - Parameter tensors: each with as many points as the others.
  init(_ tensors: [ExampleHistory]) {
    let count = tensors.map(\.points.count).max() ?? 0
    series = AuditedSeries(
      checkpoints: (0..<count).map {
        Checkpoint(path: "epoch\($0).keras", name: "epoch\($0).keras", iterations: 1000 * $0)
      },
      histories: tensors.enumerated().map { $1.history(weight: $0) })
  }
}

/// What became of a tensor in an example.
struct ExampleHistory: Sendable {
  private let tensor: ExampleTensor
  fileprivate var points: [TensorHistory.Point]

  /// - Parameters:
  ///   - name: layer and variable, `dense/kernel`.
  ///   - role: what it is to its layer.
  ///   - norms: of each checkpoint; NaN where values are not finite.
  ///   - ratios: of the change to each next one; 0 where no bit differs.
  ///   - cosine: between one change and the next.
  ///   - spectralNorms: of each checkpoint.
  ///   - deadUnits: of each checkpoint.
  init(
    _ name: String, _ role: WeightRole, norms: [Double], ratios: [Double], cosine: Double = 0,
    spectralNorms: [Double] = [], deadUnits: [Int] = []
  ) {
    tensor = ExampleTensor(
      name, role, role == .statistic ? [8] : [32, 8], .normal(seed: 1, deviation: 0.2))
    points = norms.enumerated().map { index, norm in
      let ratio = index > 0 ? ratios[index - 1] : 0
      return TensorHistory.Point(
        norm: norm, nonFiniteCount: norm.isNaN ? 256 : 0,
        spectralNorm: index < spectralNorms.count ? spectralNorms[index] : nil,
        change: index == 0 || norm.isNaN
          ? nil
          : TensorHistory.Change(
            norm: ratio * norms[index - 1], ratio: ratio, cosine: index > 1 ? cosine : nil, isNone: ratio == 0
          ),
        deadUnits: index < deadUnits.count ? deadUnits[index] : nil)
    }
  }

  /// A kernel that moves as those of healthy trainings do.
  static let moving = ExampleHistory(
    "a/kernel", .kernel, norms: [4, 4.1, 4.2, 4.2], ratios: [0.1, 0.05, 0.03])

  fileprivate func history(weight: Int) -> TensorHistory {
    TensorHistory(tensor: tensor.audited(weight: weight), points: points)
  }
}
