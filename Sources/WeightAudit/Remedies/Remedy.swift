/// What to do about a finding, as data.
package struct Remedy: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    /// Declare an initializer; where there are several, the activation behind the layer decides.
    case declare(field: String, choices: [Choice])
    /// Set another argument of the layer.
    case setArgument(field: String, value: Bool)
    /// Give each initializer a seed of its own.
    case separateSeeds
    /// Draw the layer's weights again.
    case redraw
    /// Anything else, as an imperative clause.
    case advice(String)
  }

  /// An initializer and the activations that it suits.
  package struct Choice: Sendable, Hashable {
    /// The initializer as Keras's arguments take it: `he_normal`, or `VarianceScaling(16, "fan_avg")`.
    package let value: String
    /// The activations; `nil` if it is the only choice.
    package let suits: String?

    init(_ value: String, suits: String? = nil) {
      self.value = value
      self.suits = suits
    }
  }

  /// How several actions belong together.
  package enum Relation: String, Sendable, Hashable {
    /// One after the other.
    case all
    /// One of them.
    case any
  }

  package let actions: [Action]
  package let relation: Relation
  /// The layers that it is for; empty where no single layer is meant.
  package private(set) var layers: [String] = []

  private init(actions: [Action], relation: Relation) {
    self.actions = actions
    self.relation = relation
  }

  /// A remedy of several steps.
  static func all(_ actions: Action...) -> Remedy { Remedy(actions: actions, relation: .all) }

  /// A remedy with alternatives, the best first.
  static func any(_ actions: Action...) -> Remedy { Remedy(actions: actions, relation: .any) }

  /// The remedy without what would draw trained weights anew.
  var ofTrainedWeights: Remedy {
    let kept = actions.filter { if case .advice = $0 { true } else { false } }
    guard kept.count < actions.count else { return self }
    var result = Remedy(
      actions: kept.isEmpty
        ? [.advice("train it again from other initial weights, unless it is meant to be so")] : kept,
      relation: relation)
    result.layers = layers
    return result
  }

  /// The same remedy with the argument that declares a weight, where rules speak of kernels in general.
  func declared(by argument: String) -> Remedy {
    var result = Remedy(
      actions: actions.map { action in
        guard case .declare("kernel_initializer", let choices) = action else { return action }
        return .declare(
          field: argument, choices: argument == "embeddings_initializer" ? [Choice("uniform")] : choices)
      }, relation: relation)
    result.layers = layers
    return result
  }

  /// The same remedy for these layers.
  func applied(to layers: [String]) -> Remedy {
    var result = self
    result.layers = layers
    return result
  }
}

extension Remedy.Action {
  /// Declares the only initializer there is to choose.
  static func declare(_ field: String, _ value: String) -> Remedy.Action {
    .declare(field: field, choices: [Remedy.Choice(value)])
  }

  /// Declares the kernel initializer that keeps the scale of signals behind the layer's activation.
  static let declareByActivation = Remedy.Action.declare(
    field: "kernel_initializer",
    choices: [
      Remedy.Choice("he_normal", suits: "ReLU family"),
      Remedy.Choice("glorot_uniform", suits: "tanh, sigmoid"),
    ])
}
