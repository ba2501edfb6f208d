/// How one generation of Keras names its variables and counts their fans, where a layer does not say so itself.
protocol WeightConventions: Sendable {
  /// The name of a variable in this Keras, given its name in Keras 3.
  func variableName(_ name: String) -> String

  /// The rule for the fans of a weight whose layer has no rule of its own.
  func fanRule(rank: Int) -> FanRule
}

extension WeightConventions {
  func variableName(_ name: String) -> String { name }
  func fanRule(rank: Int) -> FanRule { .byRank }
}
