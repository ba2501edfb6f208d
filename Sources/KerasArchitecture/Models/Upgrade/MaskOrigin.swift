import OrderedJSON

/// Where the mask of a tensor comes from, so that two masks can be told to be the same.
enum MaskOrigin: Hashable {
  case none
  /// Made by an embedding of a tensor, or by the layer that returns the tensor.
  case tensor(GraphTensor)
  /// Something about it is not known.
  case unknown
}

/// The masks of the tensors of a model of Keras 2.
final class MaskOrigins {
  private let members: GraphMembers
  private var known: [GraphTensor: MaskOrigin] = [:]
  /// Whether the inputs come without masks, as those of a model that nothing holds do.
  private let isOutermost: Bool

  init(_ members: GraphMembers, isOutermost: Bool) {
    self.members = members
    self.isOutermost = isOutermost
  }

  /// The layers that hand the mask of their input on.
  private static let carriers: Set<String> = [
    "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dense", "Dropout", "ELU",
    "EinsumDense", "GaussianDropout", "GaussianNoise", "LayerNormalization", "LeakyReLU", "PReLU", "ReLU",
    "Softmax", "SpatialDropout1D", "ThresholdedReLU", "TimeDistributed", "UnitNormalization",
  ]
  /// Those that do so as long as they return sequences.
  private static let sequences: Set<String> = [
    "Bidirectional", "CuDNNGRU", "CuDNNLSTM", "GRU", "LSTM", "RNN", "SimpleRNN",
  ]
  /// Those behind which there is none.
  private static let ends: Set<String> = [
    "AveragePooling1D", "Conv1D", "Convolution1D", "Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D",
    "Lambda", "MaxPooling1D", "Permute", "RepeatVector", "Reshape", "SeparableConv1D", "UpSampling1D",
  ]

  /// How many layers in a row are followed.
  private static let depthLimit = 1024

  /// The origin of the mask of a tensor.
  private func origin(of reference: TensorReference, depth: Int) -> MaskOrigin {
    guard depth < Self.depthLimit, let tensor = try? members.resolve(reference, at: .root) else {
      return .unknown
    }
    if let origin = known[tensor] { return origin }
    // What comes back to itself has none that could be told.
    known[tensor] = .unknown
    let origin = origin(of: tensor, depth: depth)
    known[tensor] = origin
    return origin
  }

  private func origin(of tensor: GraphTensor, depth: Int) -> MaskOrigin {
    let layer = members.layers[tensor.member]
    if layer.kind.inputShape != nil { return isOutermost ? .none : .tensor(tensor) }
    let calls = members.nodes[tensor.member]
    guard calls.indices.contains(tensor.node), let first = calls[tensor.node].references.first else {
      return .unknown
    }
    let config = layer.config.object
    switch layer.config.className {
    case "Embedding":
      guard config["mask_zero"] == true else { return .none }
      return (try? members.resolve(first, at: .root)).map(MaskOrigin.tensor) ?? .unknown
    case "Masking": return .tensor(tensor)
    case let name where Self.carriers.contains(name): return origin(of: first, depth: depth + 1)
    case let name where Self.sequences.contains(name):
      // Behind the sequence come its last states.
      if tensor.output > 0 { return .none }
      let inner = layer.kind.children.first?.layers.first?.config.object
      guard (config["return_sequences"] ?? inner?["return_sequences"]) == true else { return .none }
      return origin(of: first, depth: depth + 1)
    case let name where Self.ends.contains(name): return .none
    default:
      let all = calls[tensor.node].references.map { origin(of: $0, depth: depth + 1) }
      return all.allSatisfy { $0 == .none } ? .none : .unknown
    }
  }

  /// Whether a call takes tensors whose masks are not certain to be the same.
  func differ(in references: [TensorReference]) -> Bool {
    let all = references.map { origin(of: $0, depth: 0) }
    return all.contains(.unknown) || Set(all).count > 1
  }
}
