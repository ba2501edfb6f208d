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

  package var cutWeights: [CutWeight]
  /// The names of trainable weights without a single value, and of their shapes.
  package var emptyWeights: [String]
  /// The outputs that no loss is computed of, and the kernels that lead to no other output.
  package var outputsWithoutLoss: [String]
  package var kernelsWithoutLoss: [String]

  package init(
    cutWeights: [CutWeight] = [], emptyWeights: [String] = [], outputsWithoutLoss: [String] = [],
    kernelsWithoutLoss: [String] = []
  ) {
    self.cutWeights = cutWeights
    self.emptyWeights = emptyWeights
    self.outputsWithoutLoss = outputsWithoutLoss
    self.kernelsWithoutLoss = kernelsWithoutLoss
  }

  /// The first four names, and how many more there are.
  static func list(_ names: [String]) -> String {
    names.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
      + (names.count > 4 ? " and \(names.count - 4) more" : "")
  }
}
