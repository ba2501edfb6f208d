import SignalGraph
import Tensors

extension DeclaredModel {
  /// Each kernel whose stream an earlier one has used, with the first that did.
  var sharedStreams: [(first: Weight, second: Weight)] {
    var first: [String: DeclaredModel.Weight] = [:]
    var pairs: [(DeclaredModel.Weight, DeclaredModel.Weight)] = []
    for weight in weightNumbers.compactMap({ weights[$0] }) where weight.isKernel {
      guard let stream = weight.stream else { continue }
      if let earlier = first[stream] {
        pairs.append((earlier, weight))
      } else {
        first[stream] = weight
      }
    }
    return pairs
  }
}
