import Initialization
import KerasArchitecture
import OrderedJSON
import Tensors

/// The weights whose initializers nothing declares: those of layers that only an existing file tells of.
struct GuessReport {
  private struct Guess {
    let layer: String
    let weight: PlannedWeight
  }

  private let guesses: [Guess]

  init(_ plan: WeightPlan) {
    guesses = plan.architecture.model.allNodes.flatMap { node in
      node.ownWeights.compactMap { declaration in
        guard declaration.stored?.isGuessed == true, let weight = plan.weight(declaration) else { return nil }
        return Guess(layer: node.name, weight: weight)
      }
    }
  }

  /// One line for each weight.
  var lines: [String] {
    guesses.map { guess in
      let declaration = guess.weight.declaration
      return "\"\(guess.layer)\": guessed \(guess.weight.initializerSummary) for `\(declaration.name)` "
        + "\(declaration.spec.shape) \(declaration.spec.dtype.rawValue), taken for \(declaration.role.article)"
    }
  }

  var json: JSONValue {
    .array(
      guesses.map { guess in
        let declaration = guess.weight.declaration
        return [
          "layer": .string(guess.layer), "weight": .string(declaration.name),
          "shape": .array(declaration.spec.shape.dimensions.map { JSONValue($0) }),
          "role": .string(declaration.role.rawValue), "initializer": .string(guess.weight.initializerSummary),
        ]
      })
  }
}

extension WeightRole {
  fileprivate var article: String {
    switch self {
    case .kernel, .recurrentKernel, .bias: "a \(rawValue.split(separator: "_").joined(separator: " "))"
    case .embeddings: "embeddings"
    case .scale: "a scale"
    case .offset, .activation: "an \(rawValue == "offset" ? rawValue : "activation's parameter")"
    case .statistic: "a statistic"
    }
  }
}
