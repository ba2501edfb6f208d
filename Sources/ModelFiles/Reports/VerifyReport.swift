import Initialization
import KerasArchitecture
package import OrderedJSON
import RandomStreams
import Tensors
import Text

/// A verification as text for people and as JSON for programs.
package struct VerifyReport: Sendable {
  private let verification: WeightVerification
  /// What the user calls the file.
  private let file: String

  package init(_ verification: WeightVerification, _ file: String) {
    self.verification = verification
    self.file = file
  }

  /// The weights that are not what Keras draws, and a line about all.
  ///
  /// - Parameter width: the number of columns that a line of the table may have; `nil` for any.
  /// - Returns: lines for people.
  package func text(width: Int?) -> String {
    let (plan, entries) = (verification.plan, verification.entries)
    let file = file.safe
    let version = plan.architecture.generation.version.safe
    let origin =
      "what Keras \(version) draws on \(plan.backend.name) for seed \(plan.seed)"
      + (plan.weights.values.contains { $0.factor != 1 }
        ? ", times the factors of its calibration" : "")
    let rounded = entries.filter { if case .rounded = $0.verdict { true } else { false } }
    guard !verification.isMatch else {
      let note =
        rounded.isEmpty
        ? ""
        : " (\(rounded.count) of them to within the rounding of a QR factorization, which depends on the "
          + "machine)"
      return "\(file): all \(entries.count) weights are \(origin)\(note)\n"
    }
    let others = entries.filter { !$0.verdict.isMatch }
    var table = TextTable([("weight", .left), ("initializer", .left), ("values", .left)])
    for entry in others { table.append([entry.name, entry.initializer, entry.verdict.words]) }
    let hint =
      verification.otherBackend.map {
        "the same seed draws these values on \($0.name): --backend \($0.rawValue)\n"
      } ?? ""
    let permuted = others.count { if case .otherSeed = $0.verdict { true } else { false } }
    let order =
      permuted > 0
      ? "\(NumberText.counted(permuted, "weight")) carry this seed's draws for others: the layers were made "
        + "in another order than `model_from_json` makes them; --order-from says in which\n" : ""
    let summary = "\(file): \(others.count) of \(entries.count) weights are not \(origin)\n"
    return [table.text(width: width), "\n", summary, order, hint].joined()
  }

  package var json: JSONValue {
    let plan = verification.plan
    return [
      "schema": "wtool-verify-1", "file": .string(file), "matches": .bool(verification.isMatch),
      "keras_version": .string(plan.architecture.generation.version),
      "backend": .string(plan.backend.rawValue), "seed": JSONValue(Int(plan.seed)),
      "drawn_on": verification.otherBackend.map { .string($0.rawValue) } ?? .null,
      "weights": .array(verification.entries.map(\.json)),
    ]
  }
}

extension WeightVerification.Entry {
  fileprivate var json: JSONValue {
    var object = JSONObject([
      .init(key: "name", value: .string(name)), .init(key: "initializer", value: .string(initializer)),
      .init(key: "verdict", value: .string(verdict.key)),
    ])
    switch verdict {
    case .identical, .sameDistribution, .missing: break
    case .otherSeed(let name): object["seed_of"] = .string(name)
    case .rounded(let maximum): object["max_difference"] = JSONValue(maximum)
    case .different(let maximum, let count):
      object["max_difference"] = JSONValue(maximum)
      object["elements"] = JSONValue(count)
    case .reshaped(let stored): object["shape"] = .array(stored.dimensions.map { JSONValue($0) })
    }
    return .object(object)
  }
}

extension WeightVerification.Verdict {
  fileprivate var key: String {
    switch self {
    case .identical: "identical"
    case .rounded: "rounded"
    case .sameDistribution: "same-distribution"
    case .otherSeed: "other-seed"
    case .different: "different"
    case .reshaped: "reshaped"
    case .missing: "missing"
    }
  }

  fileprivate var words: String {
    switch self {
    case .identical: "identical"
    case .rounded(let maximum): "equal to within \(Float(maximum))"
    case .sameDistribution: "same distribution, other numbers"
    case .otherSeed(let name): "what the seed of \(name) draws"
    case .different(let maximum, let count):
      "different: \(NumberText.counted(count, "value")) by at most \(Float(maximum))"
    case .reshaped(let stored): "of shape \(stored)"
    case .missing: "not in the file"
    }
  }
}
