/// The conventions of a generation of Keras for variables: their names and the rule for their fans.
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
