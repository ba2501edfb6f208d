import SignalGraph
import Tensors

/// The scale of signals and gradients at every node, predicted from the weights alone.
///
/// Inputs are taken to be independent, of mean zero and unit mean square once they are preprocessed;
/// normalizations to be in training mode; the gradient at every output to have unit mean square.
package struct SignalPropagation: Sendable {
  /// The moments of each node's signal; `nil` where nothing is known.
  package let signals: [SignalMoments?]
  /// The mean square of the gradient with respect to each node's signal; `nil` where nothing is known.
  package let gradients: [GradientMoments?]
  /// The same as if a pooling over all places handed its gradient whole to each: what the kernels before it
  /// get in sum, however large the map is.
  let pooledGradients: [GradientMoments?]

  init(_ graph: SignalGraph, _ weights: [Int: WeightedGraph.Weight], inputDeviation: Double) {
    let forward = ForwardPropagation(graph, weights, inputDeviation: inputDeviation)
    signals = forward.signals
    gradients = GradientPropagation(graph, weights, forward).gradients
    pooledGradients = GradientPropagation(graph, weights, forward, mergesPlaces: true).gradients
  }
}
