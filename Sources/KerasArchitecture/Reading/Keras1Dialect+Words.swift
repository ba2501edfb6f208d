import OrderedJSON
import Text

extension Keras1Dialect {
  static let classNames = [
    "AtrousConvolution1D": "Conv1D", "AtrousConvolution2D": "Conv2D", "TimeDistributedDense": "Dense",
  ]

  static let fieldNames = [
    "atrous_rate": "dilation_rate", "bias": "use_bias", "border_mode": "padding",
    "dim_ordering": "data_format", "W_constraint": "kernel_constraint", "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer", "b_constraint": "bias_constraint",
    "b_regularizer": "bias_regularizer", "dropout_U": "recurrent_dropout", "dropout_W": "dropout",
    "filter_length": "kernel_size", "forget_bias_init": "forget_bias_initializer",
    "init": "kernel_initializer",
    "inner_activation": "recurrent_activation", "inner_init": "recurrent_initializer", "nb_filter": "filters",
    "output_dim": "units", "p": "rate", "pool_length": "pool_size", "sigma": "stddev", "stride": "strides",
    "subsample": "strides", "subsample_length": "strides",
  ]

  /// The names of fields that only Keras 1 has.
  static let fields = Set(fieldNames.keys)

  static let fieldNamesByClass: [String: [String: String]] = [
    "BatchNormalization": ["beta_init": "beta_initializer", "gamma_init": "gamma_initializer"],
    "Embedding": [
      "init": "embeddings_initializer", "output_dim": "output_dim", "W_constraint": "embeddings_constraint",
      "W_regularizer": "embeddings_regularizer",
    ],
    "Merge": ["concat_axis": "axis", "dot_axes": "axes"],
    "PReLU": ["init": "alpha_initializer"],
    "SeparableConvolution2D": ["init": "depthwise_initializer"],
    "UpSampling1D": ["length": "size"],
  ]

  /// The initializers that differ from those of the same name in Keras 3: normal distributions were not
  /// truncated, and orthogonal matrices had a gain of 1.1.
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

  func value(_ value: JSONValue, of name: String) -> JSONValue {
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

  /// Joins the sizes that Keras 1 writes in a field for each axis.
  func joinSizes(_ config: JSONObject, _ translation: inout LayerTranslation) {
    for keys in [["nb_row", "nb_col"], ["kernel_dim1", "kernel_dim2", "kernel_dim3"]] {
      let sizes = keys.compactMap { config[$0] }
      guard !sizes.isEmpty else { continue }
      translation.config["kernel_size"] = .array(sizes)
      translation.spelling["kernel_size"] = keys[0]
    }
  }

  /// Turns `{"top_pad": 1, …}` and `[top, bottom, left, right]` into pairs.
  func translatePadding(_ translation: inout LayerTranslation) {
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

  /// Freezes the layer inside a frozen wrapper.
  func freezeInner(_ translation: inout LayerTranslation) {
    guard translation.config["trainable"] == false, var layer = translation.config["layer"]?.objectValue,
      var config = layer["config"]?.objectValue
    else { return }
    config["trainable"] = false
    layer["config"] = .object(config)
    translation.config["layer"] = .object(layer)
  }

  /// Turns `Merge` into the class that Keras 3 has for its mode.
  func translateMerge(
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
