import KerasArchitecture
import OrderedJSON
import Synchronization
import Tensors
import Text
import WeightFiles

/// What differs between the weights of two files.
struct WeightDifference: Sendable {
  /// Tensors of two files that go by the same name; `nil` where a file has none.
  struct Pair: Sendable {
    let name: String
    let first, second: Int?
  }

  enum Kind: Sendable, Hashable {
    case equal
    case missing(inFirst: Bool)
    /// Equal in all but the name.
    case renamed(to: String)
    case reshaped(Shape, Shape)
    /// Of another type, though the values are the same.
    case retyped(DType, DType)
    case changed(maximum: Double, rootMeanSquare: Double, count: Int)
  }

  struct Entry: Sendable {
    let name: String
    let kind: Kind
  }

  let entries: [Entry]

  var isEqual: Bool { entries.allSatisfy { $0.kind == .equal } }

  /// Puts together what has the same name, in the order of the first file, then what only the second has.
  static func pairs(
    _ first: [(name: String, index: Int)], _ second: [(name: String, index: Int)]
  ) -> [Pair] {
    let others = Dictionary(second.map { ($0.name, $0.index) }) { first, _ in first }
    let names = Set(first.map(\.name))
    return first.map { Pair(name: $0.name, first: $0.index, second: others[$0.name]) }
      + second.filter { !names.contains($0.name) }.map { Pair(name: $0.name, first: nil, second: $0.index) }
  }

  /// Every weight of a model under a name of its own.
  static func names(_ architecture: Architecture) -> [(name: String, weight: Int)] {
    architecture.layers.flatMap { layer in
      let paths = WeightPaths(of: layer, generation: .keras3)
      return layer.weights.map { (paths[$0], $0.creationIndex) }
    }
  }

  static func compare(
    _ first: WeightCatalog, _ second: WeightCatalog, _ pairs: [Pair]
  ) async throws(CommandFailure) -> WeightDifference {
    let kinds = Mutex([Kind](repeating: .equal, count: pairs.count))
    do throws(SourceFailure) {
      try await forEachIndex(below: pairs.count, workers: Terminal.processorCount) {
        index throws(SourceFailure) in
        let kind = try self.kind(first, second, pairs[index])
        kinds.withLock { $0[index] = kind }
      }
      return WeightDifference(
        entries: try withRenamed(first, second, pairs, kinds.withLock { $0 }))
    } catch {
      throw CommandFailure("\(error.source): \(error.reason)", .unusable)
    }
  }

  private static func kind(
    _ first: WeightCatalog, _ second: WeightCatalog, _ pair: Pair
  ) throws(SourceFailure) -> Kind {
    guard let one = pair.first else { return .missing(inFirst: true) }
    guard let other = pair.second else { return .missing(inFirst: false) }
    let (a, b) = (first.tensors[one].spec, second.tensors[other].spec)
    guard a.shape == b.shape else { return .reshaped(a.shape, b.shape) }
    let result = try ValueComparison.compare(
      first.source(ofTensor: one), a, second.source(ofTensor: other), b)
    if result.count > 0 {
      return .changed(maximum: result.maximum, rootMeanSquare: result.rootMeanSquare, count: result.count)
    }
    return a.dtype == b.dtype ? .equal : .retyped(a.dtype, b.dtype)
  }

  /// What one file misses and the other has under another name, with the same values.
  private static func withRenamed(
    _ first: WeightCatalog, _ second: WeightCatalog, _ pairs: [Pair], _ kinds: [Kind]
  ) throws(SourceFailure) -> [Entry] {
    var gone: Set<Int> = []
    var entries: [Entry] = []
    let added = pairs.indices.filter { kinds[$0] == .missing(inFirst: true) }
    for (index, pair) in pairs.enumerated() where !gone.contains(index) {
      guard kinds[index] == .missing(inFirst: false), let one = pair.first else { continue }
      let spec = first.tensors[one].spec
      for candidate in added where !gone.contains(candidate) {
        guard let other = pairs[candidate].second, second.tensors[other].spec.shape == spec.shape,
          second.tensors[other].spec.dtype == spec.dtype, spec.elementCount > 0
        else { continue }
        let result = try ValueComparison.compare(
          first.source(ofTensor: one), spec, second.source(ofTensor: other), second.tensors[other].spec)
        guard result.count == 0 else { continue }
        entries.append(Entry(name: pair.name, kind: .renamed(to: pairs[candidate].name)))
        gone.formUnion([index, candidate])
        break
      }
    }
    let renamed = Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
    return pairs.indices.compactMap { index in
      if gone.contains(index) { return renamed[pairs[index].name] }
      return Entry(name: pairs[index].name, kind: kinds[index])
    }
  }
}

// MARK: - Reports

extension WeightDifference {
  func text(_ first: String, _ second: String) -> String {
    let different = entries.filter { $0.kind != .equal }
    guard !different.isEmpty else {
      return "\(entries.count) weights are equal\n"
    }
    var table = TextTable([("weight", .left), ("difference", .left)])
    for entry in different { table.append([entry.name, entry.kind.words(first, second)]) }
    return table.text + "\n\(different.count) of \(entries.count) weights differ\n"
  }

  func json(_ first: String, _ second: String) -> JSONValue {
    [
      "schema": "diff-1", "a": .string(first), "b": .string(second), "equal": .bool(isEqual),
      "weights": JSONValue(entries.count),
      "differences": .array(entries.filter { $0.kind != .equal }.map(\.json)),
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
      "\(Format.count(count)) values differ: at most \(Float(maximum)), RMS \(Float(rootMeanSquare))"
    }
  }
}
