/// What a model's description says that keeps it from learning, apart from its initializers.
package struct DeclaredFacts: Sendable, Hashable {
  /// A weight and the constraint that sets it to zero after every step.
  package struct CutWeight: Sendable, Hashable {
    let weight: String
    /// As Keras spells it: `MaxNorm(max_value=0)`.
    let constraint: String

    package init(weight: String, constraint: String) {
      (self.weight, self.constraint) = (weight, constraint)
    }
  }

  /// An output and a loss that is not for what it returns.
  package struct MismatchedLoss: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      /// A cross-entropy over one category.
      case oneCategory
      /// Sums that the loss takes for probabilities.
      case sums
      /// The results of a function that the loss takes for sums.
      case probabilities(String)
    }

    let layer: String
    /// As Keras spells it: `categorical_crossentropy`.
    let loss: String
    let kind: Kind

    package init(layer: String, loss: String, kind: Kind) {
      (self.layer, self.loss, self.kind) = (layer, loss, kind)
    }
  }

  package var cutWeights: [CutWeight]
  /// The names of trainable weights without a single value, and of their shapes.
  package var emptyWeights: [String]
  /// The outputs that no loss is computed of, and the kernels that lead to no other output.
  package var outputsWithoutLoss: [String]
  package var kernelsWithoutLoss: [String]
  package var mismatchedLosses: [MismatchedLoss]

  package init(
    cutWeights: [CutWeight] = [], emptyWeights: [String] = [], outputsWithoutLoss: [String] = [],
    kernelsWithoutLoss: [String] = [], mismatchedLosses: [MismatchedLoss] = []
  ) {
    self.mismatchedLosses = mismatchedLosses
    self.cutWeights = cutWeights
    self.emptyWeights = emptyWeights
    self.outputsWithoutLoss = outputsWithoutLoss
    self.kernelsWithoutLoss = kernelsWithoutLoss
  }

  /// The layer of a weight, by the name of both: `dense/kernel`.
  static func layer(of weight: String) -> String {
    weight.split(separator: "/").dropLast().joined(separator: "/")
  }

  /// Names of weights by their layers, in order.
  static func byLayer(_ names: [String]) -> [(layer: String, names: [String])] {
    var result: [(layer: String, names: [String])] = []
    for name in names {
      let layer = layer(of: name)
      if result.last?.layer == layer {
        result[result.count - 1].names.append(name)
      } else {
        result.append((layer, [name]))
      }
    }
    return result
  }

  /// The first four names, and how many more there are.
  static func list(_ names: [String]) -> String {
    names.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
      + (names.count > 4 ? " and \(names.count - 4) more" : "")
  }
}
