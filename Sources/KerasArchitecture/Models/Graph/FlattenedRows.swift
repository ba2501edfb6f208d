import OrderedJSON
import SignalGraph
import Tensors

/// The order of the rows of a kernel behind a `Flatten`: the sizes of the axes that became one.
///
/// A model whose channels come first has them in another order than the same model with channels last.
package struct FlattenedRows: Sendable, Hashable {
  package let sizes: [Int]
  /// Whether a layer of the model has its channels first, which tells axes of one size apart.
  private let isChannelsFirst: Bool

  init(sizes: [Int], isChannelsFirst: Bool) {
    self.sizes = sizes
    self.isChannelsFirst = isChannelsFirst
  }

  /// How these rows come from those of another model.
  package enum Order: Sendable, Hashable {
    case same
    /// Its axes, in the order in which they are wanted.
    case permuted([Int])
    case unknown
  }

  /// - Parameter source: the rows of the other model's kernel.
  /// - Returns: the other's axes in this order.
  package func order(from source: FlattenedRows) -> Order {
    if self == source || sizes.count < 2 && source.sizes.count < 2 { return .same }
    if sizes == source.sizes { return Set(sizes).count == 1 ? .unknown : .same }
    let axes = Array(sizes.indices)
    for order in [Array(axes.dropFirst()) + [0], [axes.count - 1] + Array(axes.dropLast())] {
      if sizes.count == source.sizes.count, order.map({ source.sizes[$0] }) == sizes {
        return .permuted(order)
      }
    }
    return .unknown
  }
}

extension Architecture {
  /// The rows of every weight that has one for each element of what a `Flatten` returns, by its creation
  /// index.
  package var flattenedRows: [Int: FlattenedRows] {
    let isChannelsFirst = document.hasChannelsFirst
    var owners: [Int: LayerNode] = [:]
    for node in model.allNodes { for weight in node.ownWeights { owners[weight.creationIndex] = node } }
    let named = Dictionary(grouping: model.allNodes, by: \.name)
      .compactMapValues { $0.count == 1 ? $0.first : nil }
    var result: [Int: FlattenedRows] = [:]
    var behind: [[Int]?] = []
    for node in signals.nodes {
      let before = node.inputs.compactMap { behind[$0] }
      let rows = before.count == node.inputs.count && Set(before).count == 1 ? before.first : nil
      // A normalization may have nothing but its statistics.
      for owner in node.operation.weights.map({ owners[$0] }) + [named[node.layer]] {
        for weight in owner?.ownWeights ?? [] {
          guard let rows, weight.spec.shape.dimensions.first == CheckedSize.product(rows) else { continue }
          result[weight.creationIndex] = FlattenedRows(sizes: rows, isChannelsFirst: isChannelsFirst)
        }
      }
      switch node.operation {
      case .flatten(_, let sizes): behind.append(sizes)
      case .activation, .dropout, .affine, .scaling, .normalization, .add, .average, .multiply, .extremum:
        behind.append(rows)
      default: behind.append(nil)
      }
    }
    return result
  }
}

extension SignalOperation {
  /// The weights that tell which layer this is.
  fileprivate var weights: [Int] {
    switch self {
    case .linear(let map): [map.weight]
    case .normalization(let normalization): [normalization.scale, normalization.offset].compactMap(\.self)
    case .scaling(let weight): [weight]
    default: []
    }
  }
}

extension JSONValue {
  /// Whether a layer in it has its channels first.
  fileprivate var hasChannelsFirst: Bool {
    switch self {
    case .object(let object):
      object["data_format"]?.stringValue == "channels_first" || object["dim_ordering"]?.stringValue == "th"
        || object.members.contains { $0.value.hasChannelsFirst }
    case .array(let elements): elements.contains(where: \.hasChannelsFirst)
    default: false
    }
  }
}
