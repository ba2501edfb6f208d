import SignalGraph
import Tensors

/// The mean square of the signal at every node, predicted from what the weights are declared to be.
///
/// Inputs are taken to have unit mean square and weights to be independent with zero mean, which is what every
/// usual initializer draws. Poole et al., NeurIPS 2016; He et al., ICCV 2015, eq. 7–10.
struct SignalPropagation {
  /// The mean square of each node's signal; `nil` where nothing is known.
  let meanSquares: [Double?]

  init(_ model: DeclaredModel) {
    var meanSquares: [Double?] = []
    for node in model.graph.nodes {
      let inputs = node.inputs.map { meanSquares[$0] }
      meanSquares.append(Self.meanSquare(node.operation, inputs, model))
    }
    self.meanSquares = meanSquares
  }

  private static func meanSquare(
    _ operation: SignalOperation, _ inputs: [Double?], _ model: DeclaredModel
  ) -> Double? {
    let known = inputs.compactMap { $0 }
    switch operation {
    case .source, .normalization: return 1
    case .lookup(let weight): return model.weights[weight]?.expectation?.meanSquare
    case .opaque: return nil
    default: break
    }
    guard let first = known.first, known.count == inputs.count else { return nil }
    switch operation {
    case .linear(let map):
      // A constant kernel adds coherently; the symmetry rules speak of it.
      guard let expectation = model.weights[map.weight]?.expectation, expectation.mean == 0 else {
        return nil
      }
      return Double(map.fanIn) * expectation.meanSquare * first
    case .activation(let activation): return activation.meanSquare(ofInputMeanSquare: first)
    case .add: return known.reduce(0, +)
    case .average: return known.reduce(0, +) / Double(known.count * known.count)
    case .multiply: return known.reduce(1, *)
    case .concatenate: return known.reduce(0, +) / Double(known.count)
    // An average over correlated values loses less than one over independent ones: nothing is assumed.
    case .meanPool, .maxPool, .passThrough: return first
    case .source, .normalization, .lookup, .opaque: return nil
    }
  }
}
