package import OrderedJSON
import Tensors
import Text

/// The difference of two files as a table for people and as JSON for programs.
package struct DiffReport: Sendable {
  private let difference: WeightDifference
  private let assets: [(name: String, kind: AssetDifference.Kind)]
  /// What the user calls the files.
  private let first, second: String

  /// - Parameters:
  ///   - difference: of the weights.
  ///   - first: what the user calls the one file.
  ///   - second: what the user calls the other.
  ///   - assets: the difference of what archives have beside them; `nil` if that was not compared.
  package init(
    _ difference: WeightDifference, _ first: String, _ second: String, assets: AssetDifference? = nil
  ) {
    self.assets = assets?.entries ?? []
    self.difference = difference
    self.first = first
    self.second = second
  }

  /// The weights that differ, and a line about all.
  ///
  /// - Parameter width: the number of columns that a line may have; `nil` for any.
  /// - Returns: lines for people.
  package func text(width: Int?) -> String {
    let entries = difference.entries
    let different = entries.filter { $0.kind != .equal }
    let lines = assets.map { "\($0.name.safe): \($0.kind.words(first.safe, second.safe))\n" }.joined()
    guard !different.isEmpty else {
      return "\(entries.count) weights are equal\n" + lines
    }
    var table = TextTable([("weight", .left), ("difference", .left)])
    for entry in different { table.append([entry.name, entry.kind.words(first, second)]) }
    return table.text(width: width) + "\n\(different.count) of \(entries.count) weights differ\n" + lines
  }

  package var json: JSONValue {
    [
      "schema": "wtool-diff-1", "a": .string(first), "b": .string(second),
      "equal": .bool(difference.isEqual && assets.isEmpty),
      "weights": JSONValue(difference.entries.count),
      "differences": .array(difference.entries.filter { $0.kind != .equal }.map(\.json)),
      "assets": .array(
        assets.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue)] }),
    ]
  }
}

extension WeightDifference.Entry {
  fileprivate var json: JSONValue {
    var object = JSONObject([.init(key: "name", value: .string(name))])
    func shape(_ shape: Shape) -> JSONValue { .array(shape.dimensions.map { JSONValue($0) }) }
    switch kind {
    case .equal: object["kind"] = "equal"
    case .missing(let inFirst):
      object["kind"] = "missing"
      object["in"] = inFirst ? "a" : "b"
    case .renamed(let other):
      object["kind"] = "renamed"
      object["to"] = .string(other)
    case .reshaped(let a, let b):
      object["kind"] = "reshaped"
      object["shapes"] = [shape(a), shape(b)]
    case .retyped(let a, let b):
      object["kind"] = "retyped"
      object["dtypes"] = [.string(a.rawValue), .string(b.rawValue)]
    case .changed(let maximum, let rootMeanSquare, let count):
      object["kind"] = "changed"
      object["max_difference"] = JSONValue(maximum)
      object["rms_difference"] = JSONValue(rootMeanSquare)
      object["elements"] = JSONValue(count)
    }
    return .object(object)
  }
}

extension WeightDifference.Kind {
  fileprivate func words(_ first: String, _ second: String) -> String {
    switch self {
    case .equal: "equal"
    case .missing(let inFirst): "only in \(inFirst ? second : first)"
    case .renamed(let other): "renamed to \(other)"
    case .reshaped(let a, let b): "shape \(a) and \(b)"
    case .retyped(let a, let b): "same values as \(a.rawValue) and \(b.rawValue)"
    case .changed(let maximum, let rootMeanSquare, let count):
      "\(NumberText.count(count)) values differ: at most \(Float(maximum)), RMS \(Float(rootMeanSquare))"
    }
  }
}

extension AssetDifference.Kind {
  fileprivate func words(_ first: String, _ second: String) -> String {
    switch self {
    case .changed: "other contents"
    case .onlyInFirst: "only in \(first)"
    case .onlyInSecond: "only in \(second)"
    }
  }
}
