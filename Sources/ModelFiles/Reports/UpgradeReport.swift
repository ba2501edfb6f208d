import Failures
package import KerasArchitecture
package import OrderedJSON
import Text

/// What the upgrade of a model to Keras 3 changes, or what stands against it.
package struct UpgradeReport: Sendable {
  private let name: String
  private let upgrade: ModelUpgrade
  private let generation: KerasGeneration
  /// Whether there are no weights, whose arrangement would have to be known.
  private let isDocument: Bool

  /// - Parameters:
  ///   - upgrade: what was found out.
  ///   - name: what the user calls the file.
  ///   - generation: the Keras that wrote it.
  ///   - isDocument: whether it is a description without weights.
  package init(
    _ upgrade: ModelUpgrade, of name: String, _ generation: KerasGeneration, isDocument: Bool = false
  ) {
    self.upgrade = upgrade
    self.isDocument = isDocument
    self.name = name
    self.generation = generation
  }

  /// What stands against it, one line each.
  package var obstacles: [String] {
    upgrade.obstacles.map { "\(name.safe): \(Self.line($0.layer, $0.reason))\n" }
  }

  /// What it changes, one line each.
  package var notes: [String] {
    upgrade.changes.map { change in
      "\(name.safe): note: \(Self.line(change.layer, change.reason))\n"
    }
  }

  private static func line(_ layer: String, _ reason: String) -> String {
    (layer.isEmpty ? reason : "\"\(layer.clipped)\": \(reason)").safe
  }

  /// Why it cannot be done.
  ///
  /// - Parameter isStrict: whether predictions must be provably the same, to the last bit.
  /// - Returns: `nil` if it can.
  package func failure(isStrict: Bool) -> ModelFileError? {
    let count = upgrade.obstacles.count
    if count > 0 {
      return ModelFileError(
        .unsupported, in: name,
        "there is no equal model in Keras 3, for \(NumberText.counted(count, "reason")), given above"
          + (isDocument ? "" : "; --no-upgrade converts it for Keras \(generation.version)"))
    }
    if let unused = upgrade.unusedReplacements.first {
      return ModelFileError(
        .usage, in: "--replace", "no layer or function of \(name) that needs it is called \(unused)")
    }
    if isStrict, let change = upgrade.changes.first(where: { [.recomputed, .unproved].contains($0.effect) }) {
      return ModelFileError(
        .refused, in: name, "--strict: \(Self.line(change.layer, change.reason))")
    }
    return nil
  }

  /// For machines.
  package var json: JSONValue {
    [
      "from": .string(generation.version), "to": .string(KerasGeneration.keras3.version),
      "changes": .array(
        upgrade.changes.map { change in
          [
            "layer": .string(change.layer), "effect": .string(change.effect.rawValue),
            "reason": .string(change.reason),
          ]
        }),
    ]
  }
}
