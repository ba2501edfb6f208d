import SignalGraph
import Tensors

extension WeightedGraph {
  /// Each kernel whose random stream an earlier kernel has used, with the first that did.
  var repeatedStreams: [(first: Weight, second: Weight)] {
    var first: [String: Weight] = [:]
    var pairs: [(Weight, Weight)] = []
    for weight in weightIndices.compactMap({ weights[$0] }) where weight.isKernel {
      guard let stream = weight.values.stream else { continue }
      if let earlier = first[stream] {
        pairs.append((earlier, weight))
      } else {
        first[stream] = weight
      }
    }
    return pairs
  }
}
