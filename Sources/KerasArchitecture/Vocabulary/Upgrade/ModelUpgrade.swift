package import OrderedJSON

/// What the upgrade of a model to Keras 3 has changed in a layer.
package struct UpgradeChange: Sendable, Hashable {
  package enum Effect: String, Sendable, Hashable {
    /// The same values are in other places, or the same function is written otherwise.
    case rearranged
    /// Values of weights are computed from the old ones; predictions are the same up to rounding.
    case recomputed
    /// Something that matters in training alone is not there any more.
    case leftOut
    /// Something that matters in training alone is written otherwise.
    case training
    /// That predictions are the same depends on something that the reason names.
    case unproved
  }

  /// The layer's name; empty for the model.
  package let layer: String
  package let reason: String
  package let effect: Effect

  package init(_ effect: Effect, layer: String, _ reason: String) {
    self.layer = layer
    self.reason = reason
    self.effect = effect
  }
}

/// Why a layer has no equal in Keras 3, and what can be done.
package struct UpgradeObstacle: Sendable, Hashable {
  package let layer: String
  package let reason: String
}

/// A model in Keras 3's own form.
package struct ModelUpgrade: Sendable {
  /// What a user decides about an upgrade.
  package struct Options: Sendable {
    /// What replaces Python code, by the name of the layer: the name of an activation.
    package var replacements: [String: String] = [:]

    package init() {}
  }

  /// The document; not to be used if there are obstacles.
  package let document: JSONValue
  package private(set) var changes: [UpgradeChange]
  package private(set) var obstacles: [UpgradeObstacle]
  /// The replacements that no layer needed.
  package var unusedReplacements: [String] = []

  /// Counts how the model was compiled as a part of it.
  package mutating func add(_ training: TrainingUpgrade) {
    changes.append(contentsOf: training.changes)
    obstacles.append(contentsOf: training.obstacles)
  }
}
