package import Initialization
import KerasArchitecture
package import OrderedJSON
import Tensors
import Text

/// The weights whose initializers are guessed: those of layers of unknown classes that an existing file
/// describes.
package struct GuessReport: Sendable {
  private struct Guess: Sendable {
    let layer: String
    let weight: PlannedWeight
  }

  private let guesses: [Guess]

  package init(_ plan: WeightPlan) {
    guesses = plan.architecture.model.allNodes.flatMap { node in
      node.ownWeights.compactMap { declaration in
        guard declaration.stored?.isGuessed == true, let weight = plan.weight(declaration) else { return nil }
        return Guess(layer: node.name, weight: weight)
      }
    }
  }

  /// One line for each weight.
  package var lines: [String] {
    guesses.map { guess in
      let declaration = guess.weight.declaration
      return
        "\"\(guess.layer.safe)\": guessed \(guess.weight.initializerSummary) for `\(declaration.name.safe)` "
        + "\(declaration.spec.shape) \(declaration.spec.dtype.rawValue), taken for "
        + "\(declaration.role.article)"
    }
  }

  package var json: JSONValue {
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
