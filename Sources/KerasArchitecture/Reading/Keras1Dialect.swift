import OrderedJSON
import Tensors
import Text

/// Documents of Keras 1: fields and some classes have other names, and initializers are words with meanings of their
/// own. Its sources of version 1.2.2 are the reference.
struct Keras1Dialect: Dialect {
  /// What layers that do not store their `dim_ordering` (paddings, croppings, up-samplings) are taken to have: the
  /// writer's setting, as far as another layer tells it.
  private let dimOrdering: String

  init(_ document: JSONValue, _ generation: KerasGeneration) {
    dimOrdering = Self.firstDimOrdering(document) ?? (generation.isAtLeast(1, 1) ? "tf" : "th")
  }

  private static func firstDimOrdering(_ value: JSONValue) -> String? {
    if let object = value.objectValue {
      if let word = object["dim_ordering"]?.stringValue, word != "default" { return word }
      for member in object.members {
        if let found = firstDimOrdering(member.value) { return found }
      }
    }
    for element in value.arrayValue ?? [] {
      if let found = firstDimOrdering(element) { return found }
    }
    return nil
  }

  func variableName(_ name: String) -> String { Self.variableNames[name] ?? name }

  /// Layers that do not pass their `dim_ordering` on get the rule for `"th"`.
  func fanRule(rank: Int) -> FanRule {
    switch rank {
    case 2: .byRank
    case 4, 5: KernelLayout.filtersFirst.fanRule(spatialRank: rank - 2)
    default: .squareRoot
    }
  }

  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> LayerTranslation {
    var translation = LayerTranslation(
      className: Self.classNames[className] ?? className, config: JSONObject())
    let names = Self.fieldNames.merging(Self.fieldNamesByClass[className] ?? [:]) { $1 }
    for member in config.members {
      let name = names[member.key] ?? member.key
      translation.config[name] = value(member.value, of: name)
      if name != member.key { translation.spelling[name] = member.key }
    }
    if className.contains("1D") {
      // In one dimension there were no channels first.
      translation.config["data_format"] = "channels_last"
    } else if translation.config["data_format"] == nil {
      translation.config["data_format"] = value(.string(dimOrdering), of: "data_format")
    }
    joinSizes(config, &translation)
    switch className {
    case "Merge": try translateMerge(config, place, &translation)
    case "SeparableConvolution2D":
      translation.config["pointwise_initializer"] = translation.config["depthwise_initializer"]
      translation.spelling["pointwise_initializer"] = translation.spelling["depthwise_initializer"]
    case "TimeDistributed": freezeInner(&translation)
    case "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D": translatePadding(&translation)
    default: break
    }
    return translation
  }
}

// MARK: - Vocabulary

extension Keras1Dialect {
  private static let classNames = [
    "AtrousConvolution1D": "Conv1D", "AtrousConvolution2D": "Conv2D", "TimeDistributedDense": "Dense",
  ]

  private static let fieldNames = [
    "atrous_rate": "dilation_rate", "bias": "use_bias", "border_mode": "padding",
    "dim_ordering": "data_format",
    "filter_length": "kernel_size", "forget_bias_init": "forget_bias_initializer",
    "init": "kernel_initializer",
    "inner_activation": "recurrent_activation", "inner_init": "recurrent_initializer", "nb_filter": "filters",
    "output_dim": "units", "p": "rate", "pool_length": "pool_size", "sigma": "stddev", "stride": "strides",
    "subsample": "strides", "subsample_length": "strides",
  ]

  /// What Keras 1 calls fields.
  static let fields = Set(fieldNames.keys)

  private static let fieldNamesByClass: [String: [String: String]] = [
    "Embedding": ["init": "embeddings_initializer", "output_dim": "output_dim"],
    "Merge": ["concat_axis": "axis", "dot_axes": "axes"],
    "PReLU": ["init": "alpha_initializer"],
    "SeparableConvolution2D": ["init": "depthwise_initializer"],
    "UpSampling1D": ["length": "size"],
  ]

  private static let variableNames = [
    "alpha": "alphas", "bias": "b", "embeddings": "W", "kernel": "W", "moving_mean": "running_mean",
    "moving_variance": "running_std", "recurrent_kernel": "U",
  ]

  /// Words that mean something else than in Keras 3: the normal distributions were not truncated, and orthogonal
  /// matrices were stretched.
  private static let initializers: [String: JSONValue] = [
    "glorot_normal": [
      "class_name": "VarianceScaling",
      "config": ["scale": 1.0, "mode": "fan_avg", "distribution": "untruncated_normal"],
    ],
    "he_normal": [
      "class_name": "VarianceScaling",
      "config": ["scale": 2.0, "mode": "fan_in", "distribution": "untruncated_normal"],
    ],
    "orthogonal": ["class_name": "Orthogonal", "config": ["gain": 1.1]],
  ]

  private func value(_ value: JSONValue, of name: String) -> JSONValue {
    guard let word = value.stringValue else { return value }
    switch name {
    case "data_format":
      switch word {
      case "tf": return "channels_last"
      case "th": return "channels_first"
      case "default": return self.value(.string(dimOrdering), of: name)
      default: return value
      }
    case _ where name.hasSuffix("_initializer"): return Self.initializers[word] ?? value
    default: return value
    }
  }

  /// Sizes that stand in a field for each axis become one list.
  private func joinSizes(_ config: JSONObject, _ translation: inout LayerTranslation) {
    for keys in [["nb_row", "nb_col"], ["kernel_dim1", "kernel_dim2", "kernel_dim3"]] {
      let sizes = keys.compactMap { config[$0] }
      guard !sizes.isEmpty else { continue }
      translation.config["kernel_size"] = .array(sizes)
      translation.spelling["kernel_size"] = keys[0]
    }
  }

  /// `{"top_pad": 1, …}` and `[top, bottom, left, right]` become pairs.
  private func translatePadding(_ translation: inout LayerTranslation) {
    let padding = translation.config["padding"]
    let sides = [
      ["left_pad", "right_pad"], ["top_pad", "bottom_pad"],
    ]
    if let object = padding?.objectValue {
      let axes = translation.className == "ZeroPadding1D" ? [sides[0]] : [sides[1], sides[0]]
      let pairs = axes.map { keys in JSONValue.array(keys.map { object[$0] ?? 0 }) }
      translation.config["padding"] = pairs.count == 1 ? pairs[0] : .array(pairs)
    } else if let list = padding?.arrayValue, list.count == 4, translation.className == "ZeroPadding2D" {
      translation.config["padding"] = [.array([list[0], list[1]]), .array([list[2], list[3]])]
    }
  }

  /// A frozen wrapper freezes what it wraps.
  private func freezeInner(_ translation: inout LayerTranslation) {
    guard translation.config["trainable"] == false, var layer = translation.config["layer"]?.objectValue,
      var config = layer["config"]?.objectValue
    else { return }
    config["trainable"] = false
    layer["config"] = .object(config)
    translation.config["layer"] = .object(layer)
  }

  /// `Merge` is one class for what became a class for each mode.
  private func translateMerge(
    _ config: JSONObject, _ place: LayerPlace, _ translation: inout LayerTranslation
  ) throws(ArchitectureError) {
    let modes = [
      "ave": "Average", "concat": "Concatenate", "cos": "Dot", "dot": "Dot", "max": "Maximum",
      "mul": "Multiply",
      "sum": "Add",
    ]
    let mode = config["mode"]?.stringValue ?? "sum"
    var isCode = config["mode_type"].map { $0 != "raw" } ?? false
    if let list = config["mode"]?.arrayValue { isCode = isCode || !list.isEmpty }
    guard let className = isCode ? "Lambda" : modes[mode] else {
      let known = modes.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
      throw place.error(
        "`mode` must be one of \(known); found \"\(mode.clipped)\"", at: place.pointer["config"])
    }
    translation.className = config["layers"] == nil ? className : MergedBranches.className
    translation.config["merge"] = .string(className)
  }
}
