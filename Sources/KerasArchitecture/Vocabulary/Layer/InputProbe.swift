import Tensors

/// The shape of a layer's input by the weights that an existing file has for the layer.
///
/// Where a model does not say the shape of its input, or Python code hides it, sizes are tried until the
/// layer would create the file's weights.
struct InputProbe {
  /// The call with an input that the file's weights need.
  let call: LayerCall
  /// Whether inputs of no other rank would do as well.
  let isRankCertain: Bool

  /// `nil` if the call will do, or no sizes make the weights of the file.
  ///
  /// - Parameters:
  ///   - call: a call with one tensor.
  ///   - layer: a layer that has not been built.
  init?(_ call: LayerCall, of layer: Layer) {
    guard layer.config.context.template != nil, layer.kind.modelForm == nil,
      // Files may have the product of the matrices of LoRA in the kernel, and not them.
      layer.config["lora_rank"] == nil, call.positional.count == 1,
      case .tensor(let input) = call.positional[0],
      input.isUnknown || input.dimensions.dropFirst().contains(nil),
      let tree = layer.storedTree
    else { return nil }
    let shapes = tree.allTensors.map(\.shape)
    guard !shapes.isEmpty, (try? Self.weights(of: layer, call)) == nil else { return nil }
    let stored = Self.counts(shapes)
    let groups = layer.config["groups"]?.wholeNumber ?? 1
    var sizes = Set(shapes.prefix(64).flatMap(\.dimensions))
    sizes.formUnion(sizes.compactMap { CheckedSize($0).times(groups).value })
    let ranks = input.isUnknown ? Array(2...5) : [input.rank]
    let found = ranks.compactMap { rank -> PartialShape? in
      let known = input.isUnknown ? PartialShape(Array(repeating: nil, count: rank)) : input
      let axes = Set([1, rank - 1]).filter { $0 > 0 && known.dimensions[$0] == nil }
      for axis in axes.sorted(by: >) {
        for size in sizes.sorted() where size > 0 {
          var shape = known
          shape.dimensions[axis] = size
          let trial = LayerCall(place: call.place, shape)
          guard let weights = try? Self.weights(of: layer, trial) else { continue }
          if Self.counts(weights).allSatisfy({ stored[$0.key, default: 0] >= $0.value }) { return shape }
        }
      }
      return nil
    }
    guard let shape = found.first else { return nil }
    self.call = LayerCall(place: call.place, shape)
    isRankCertain = found.count == 1
  }

  /// The shapes of the weights that a layer like this one creates for a call.
  private static func weights(of layer: Layer, _ call: LayerCall) throws(ArchitectureError) -> [Shape] {
    let twin = try layer.config.context.factory.makeTwin(of: layer)
    _ = try twin.call(call)
    let weights = twin.node().weights
    guard !weights.isEmpty else { throw call.error("it has no weights") }
    return weights.map(\.spec.shape)
  }

  private static func counts(_ shapes: [Shape]) -> [Shape: Int] {
    Dictionary(shapes.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
