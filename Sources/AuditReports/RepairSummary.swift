import Text
package import WeightAudit

/// What was changed in a file so that findings go.
package struct RepairSummary: Sendable {
  /// A field of a layer that declares another value now.
  package struct Change: Sendable {
    package let layer: String
    package let field: String
    /// The values as reports call them.
    package let before, after: String
    /// What is predicted of the layer's outputs and their gradient; `nil` where nothing is known.
    package let signals, repairedSignals: LayerSignal?

    package init(
      layer: String, field: String, before: String, after: String, signals: LayerSignal? = nil,
      repairedSignals: LayerSignal? = nil
    ) {
      self.layer = layer
      self.field = field
      self.before = before
      self.after = after
      self.signals = signals
      self.repairedSignals = repairedSignals
    }
  }

  /// Changes that are the same in several layers one after the other.
  package struct Group: Sendable {
    package let changes: [Change]

    /// `dense`, `dense … dense_11 (12)`.
    package var layers: String {
      guard changes.count > 1, let first = changes.first, let last = changes.last else {
        return changes.first?.layer ?? ""
      }
      return "\(first.layer) … \(last.layer) (\(NumberText.count(changes.count)))"
    }

    /// `kernel_initializer: Zeros → HeNormal`.
    package var declaration: String {
      changes.first.map { "\($0.field): \($0.before) → \($0.after)" } ?? ""
    }
  }

  package let changes: [Change]
  /// The tensors that were drawn anew.
  package let drawn: [String]
  /// Where the result was written; `nil` if it was not.
  package let output: String?

  package init(changes: [Change], drawn: [String] = [], output: String?) {
    self.changes = changes
    self.drawn = drawn
    self.output = output
  }

  package var groups: [Group] {
    var groups: [[Change]] = []
    for change in changes {
      if let last = groups.last?.last, last.field == change.field, last.before == change.before,
        last.after == change.after
      {
        groups[groups.count - 1].append(change)
      } else {
        groups.append([change])
      }
    }
    return groups.map(Group.init)
  }
}
