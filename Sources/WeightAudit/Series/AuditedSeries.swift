import Tensors

/// Checkpoints of one training, in their order, and what became of each tensor.
package struct AuditedSeries: Sendable {
  package let checkpoints: [Checkpoint]
  /// In the order of the last file.
  package let histories: [TensorHistory]

  /// - Parameters:
  ///   - checkpoints: the files in the order of the training.
  ///   - histories: each with a point for each checkpoint.
  package init(checkpoints: [Checkpoint], histories: [TensorHistory]) {
    self.checkpoints = checkpoints
    self.histories = histories
  }

  /// - Parameters:
  ///   - checkpoints: the files in the order of the training.
  ///   - models: what was measured in each.
  ///   - points: of each tensor, in the order of the models' tensors.
  ///   - findings: what was found in each.
  package init(
    _ checkpoints: [Checkpoint], _ models: [AuditedModel], _ points: [[TensorHistory.Point]],
    findings: [[Finding]]
  ) {
    self.checkpoints = checkpoints
    let dead = findings.map(Self.deadUnits)
    let tensors = models.last?.tensors ?? []
    histories = zip(tensors.indices, zip(tensors, points)).map { index, known in
      let (tensor, points) = known
      guard tensor.measurements.units != nil, tensor.isKernel else {
        return TensorHistory(tensor: tensor, points: points)
      }
      let counted = points.enumerated().map { number, point in
        var point = point
        point.deadUnits = dead[number][models[number].tensors[index].path] ?? 0
        return point
      }
      return TensorHistory(tensor: tensor, points: counted)
    }
  }

  /// The rules that find units which do nothing, each with their number as its evidence.
  private static let deadUnitRules: Set<RuleID> = [
    DeadRectifiers.descriptor.id, NegligibleUnits.descriptor.id, SilentUnits.descriptor.id,
  ]

  private static func deadUnits(_ findings: [Finding]) -> [String: Int] {
    let found = findings.compactMap { finding -> (String, Int)? in
      guard deadUnitRules.contains(finding.rule.id), let path = finding.path,
        let count = finding.evidence.first(where: { $0.name == "units" })
      else { return nil }
      return (path, Int(exactly: count.value) ?? 0)
    }
    return Dictionary(found) { max($0, $1) }
  }

  /// What training may change, as far as is known.
  var trainable: [TensorHistory] {
    histories.filter { history in
      history.tensor.isTrainable && history.tensor.isOfModel && history.tensor.spec.dtype.isFloatingPoint
        && history.tensor.role != .statistic && history.tensor.spec.elementCount > 0
    }
  }

  /// Whether anything moves from a checkpoint to the next.
  func moves(after checkpoint: Int) -> Bool {
    trainable.contains { history in history.changes[checkpoint].map { !$0.isNone } ?? true }
  }
}
