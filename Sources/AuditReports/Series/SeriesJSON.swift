import OrderedJSON
import Tensors
import WeightAudit

/// What became of the weights over a series, for programs: a list for each quantity, with a value for each
/// checkpoint or change.
enum SeriesJSON {
  static func document(_ summary: SeriesSummary) -> JSONValue {
    [
      "order": summary.isByIterations ? "iterations" : "name",
      "checkpoints": .array(
        summary.series.checkpoints.map { checkpoint in
          [
            "path": .string(checkpoint.path),
            "iterations": checkpoint.iterations.map { JSONValue($0) } ?? .null,
          ]
        }),
      "tensors": .array(summary.series.histories.map(tensor)),
    ]
  }

  private static func tensor(_ history: TensorHistory) -> JSONValue {
    func list(_ value: (TensorHistory.Point) -> Double?) -> JSONValue {
      .array(history.points.map { value($0).map(JSONRenderer.number) ?? .null })
    }
    func changes(_ value: (TensorHistory.Change) -> Double?) -> JSONValue {
      .array(history.changes.map { $0.flatMap(value).map(JSONRenderer.number) ?? .null })
    }
    return [
      "name": .string(history.tensor.name), "path": .string(history.tensor.path),
      "layer": .string(history.tensor.layer),
      "role": history.tensor.role.map { .string($0.rawValue) } ?? .null,
      "dtype": .string(history.tensor.spec.dtype.rawValue),
      "norm": list(\.norm), "largest_singular_value": list(\.spectralNorm), "stable_rank": list(\.stableRank),
      "non_finite": .array(history.points.map { JSONValue($0.nonFiniteCount) }),
      "dead_units": .array(history.points.map { $0.deadUnits.map { JSONValue($0) } ?? .null }),
      "change_norm": changes(\.norm), "change_ratio": changes(\.ratio), "change_cosine": changes(\.cosine),
    ]
  }
}
