import Text
package import WeightAudit

/// What became of the weights over the checkpoints of a training.
package struct SeriesSummary: Sendable {
  package let series: AuditedSeries
  /// Whether the files are in the order of the optimizer's steps, not of their names.
  package let isByIterations: Bool
  /// The file where the optimizer began to count anew, though its name says that training went on.
  package let restart: String?

  package init(_ series: AuditedSeries, isByIterations: Bool, restart: String? = nil) {
    self.series = series
    self.isByIterations = isByIterations
    self.restart = restart
  }

  /// The summary without the tensors of other layers than those that a glob means.
  func narrowed(to layers: String) -> SeriesSummary {
    let kept = series.histories.filter { Glob.matches($0.tensor.layer, layers) }
    return SeriesSummary(
      AuditedSeries(checkpoints: series.checkpoints, histories: kept), isByIterations: isByIterations,
      restart: restart)
  }
}
