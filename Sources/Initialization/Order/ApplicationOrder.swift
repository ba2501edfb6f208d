import KerasArchitecture

/// The order in which a script of `keras.applications` makes its layers, as far as it is not that in which
/// data flows through them.
///
/// Read off Keras 3.15 and tf-keras 2.21: for each of their models the order of the seeds that its script
/// draws.
enum ApplicationOrder {
  /// As described: VGG, MobileNet, DenseNet and EfficientNet.
  case described
  /// The convolution of the skip branch is made before the first one of its block; both by the ends of their
  /// names.
  case residual(skip: String, first: String)
  /// Layers are made in the order of the numbers that Keras gave them.
  case numbered
  /// The convolutions of the skip branches, which Keras named, are made before their blocks.
  case xception
  /// Both convolutions of a pair are made before the next pair.
  case nasnet
  /// All layers that make the image smaller are made before the first stage.
  case convnext

  /// - Parameters:
  ///   - name: the name of a model; `nil` if none of `keras.applications` has it.
  ///   - generation: the Keras of the model.
  init?(_ name: String, _ generation: KerasGeneration) {
    let name = name.lowercased()
    func begins(_ prefixes: String...) -> Bool { prefixes.contains { name.hasPrefix($0) } }
    switch name {
    case "vgg16", "vgg19", "densenet121", "densenet169", "densenet201": self = .described
    case "resnet50", "resnet101", "resnet152", "resnet50v2", "resnet101v2", "resnet152v2":
      self = .residual(skip: "_0_conv", first: "_1_conv")
    case "inception_v3", "inception_resnet_v2": self = .numbered
    case "xception": self = .xception
    case "nasnet", "nasnet_mobile", "nasnet_large": self = .nasnet
    default:
      if begins("convnext_") {
        // tf.keras draws when a layer is built, which it does as it calls it.
        self = generation.isKeras3 ? .convnext : .described
      } else if begins("regnetx", "regnety") {
        self = .residual(skip: "_skip_1x1", first: "_conv_1x1_1")
      } else if begins("resnet-rs-") {
        self = .residual(skip: "__projection_conv", first: "__conv_1")
      } else if begins("mobilenet_", "mobilenetv2_", "mobilenetv3", "efficientnetb", "efficientnetv2-") {
        self = .described
      } else {
        return nil
      }
    }
  }

  /// - Parameter layers: the model's layers, as described.
  /// - Returns: the same, as the script makes them.
  func order(_ layers: [DescribedLayer]) -> [DescribedLayer] {
    switch self {
    case .described: layers
    case .residual(let skip, let first):
      Self.moving(layers) { name in
        name.hasSuffix(skip) ? .before(name.dropLast(skip.count) + first) : nil
      }
    case .numbered: Self.numbering(layers)
    case .xception: Self.xception(layers)
    case .nasnet:
      Self.moving(layers) { name in
        let adjusting = "adjust_conv_projection_reduce"
        if name.hasPrefix("separable_conv_2") {
          return .after("separable_conv_1" + name.dropFirst("separable_conv_2".count))
        }
        return name.hasPrefix(adjusting)
          ? .before("reduction_conv_1_reduce" + name.dropFirst(adjusting.count)) : nil
      }
    case .convnext:
      Self.moving(layers) { name in
        name.split(separator: "_downsampling_conv_").first.flatMap { model in
          model.count < name.count ? .before(model + "_stage_0_block_0_depthwise_conv") : nil
        }
      }
    }
  }

  /// Where a layer moves to.
  private enum Move {
    case before(String)
    case after(String)
  }

  /// Moves layers next to others; a layer whose neighbor the model lacks stays.
  private static func moving(
    _ layers: [DescribedLayer], _ move: (String) -> Move?
  ) -> [DescribedLayer] {
    var order = layers
    for layer in layers {
      guard let move = move(layer.name) else { continue }
      let neighbor =
        switch move {
        case .before(let name), .after(let name): name
        }
      guard let old = order.firstIndex(of: layer), order.contains(where: { $0.name == neighbor }) else {
        continue
      }
      order.remove(at: old)
      guard let place = order.firstIndex(where: { $0.name == neighbor }) else { continue }
      if case .before = move { order.insert(layer, at: place) } else { order.insert(layer, at: place + 1) }
    }
    return order
  }

  /// The convolutions that Keras named, by their numbers.
  private static func named(_ layers: [DescribedLayer]) -> [(index: Int, number: Int)] {
    layers.indices.compactMap { index in
      let name = AutomaticName(layers[index].name)
      return name.base == "conv2d" ? (index, name.number) : nil
    }
  }

  private static func numbering(_ layers: [DescribedLayer]) -> [DescribedLayer] {
    let named = named(layers)
    var order = layers
    for (place, layer) in zip(named, named.sorted { $0.number < $1.number }) {
      order[place.index] = layers[layer.index]
    }
    return order
  }

  private static func xception(_ layers: [DescribedLayer]) -> [DescribedLayer] {
    let branches = named(layers).sorted { $0.number < $1.number }.map { layers[$0.index].name }
    let blocks = Dictionary(zip(branches, [2, 3, 4, 13])) { first, _ in first }
    return moving(layers) { name in blocks[name].map { .before("block\($0)_sepconv1") } }
  }
}
