import OrderedJSON
import Tensors

/// What stands in the fields of layers, in Keras 3's own form.
enum KerasObjects {
  /// The functions that Keras 3 knows by name, with a meaning that has not changed; of a hard sigmoid the
  /// weights before it make up for the change, or it is refused.
  static let activations: Set<String> = [
    "elu", "exponential", "gelu", "hard_sigmoid", "leaky_relu", "linear", "log_softmax", "mish", "relu",
    "relu6",
    "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "swish", "tanh",
  ]

  /// Fields without an effect on predictions: how something is computed, what is known otherwise, what Keras
  /// 3 finds out by itself.
  static let meaninglessFields: Set<String> = [
    "data_format", "batch_input_shape", "batch_size", "build_input_shape", "consume_less", "implementation",
    "input_dim",
    "input_dtype", "input_length", "input_shape", "input_shapes", "kernel_constraint", "kernel_initializer",
    "kernel_regularizer", "key_shape", "query_shape", "rng_type", "shared_object_id", "value_shape",
    "weights", "fused", "activity_regularizer", "forget_bias_initializer",
    "virtual_batch_size", "layers", "merge", "unit_forget_bias", "output_mask_type", "output_shape_type",
    "dot_axes", "concat_axis", "nb_row", "nb_col", "kernel_dim1", "kernel_dim2", "kernel_dim3",
  ]

  /// The value with which a field that Keras 3 does not have says nothing.
  static let usualValues: [String: [JSONValue]] = [
    "dilation_rate": [1, [1], [1, 1]], "groups": [1],
    "mode": [0, "ave", "concat", "dot", "max", "mul", "sum"], "mode_type": ["raw"], "ragged": [false],
    "unroll": [true], "axes": [-1],
    "axis": [-1], "output_mask": [.null], "arguments": [[:]], "node_indices": [.null],
  ]

  private static let initializerNames = [
    "Normal": "RandomNormal", "One": "Ones", "OrthogonalInitializer": "Orthogonal",
    "Uniform": "RandomUniform",
    "Zero": "Zeros", "IdentityInitializer": "Identity",
  ]

  /// An initializer. One that is not of Keras stays as it is: it has no part in predictions.
  static func initializer(_ value: JSONValue) -> JSONValue {
    if value.isNull { return value }
    guard let name = value.stringValue ?? value["class_name"]?.stringValue else { return value }
    let pascal = PythonNames.pascalCase(PythonNames.withoutPackage(name))
    let className = initializerNames[pascal] ?? pascal
    var config = value["config"]?.objectValue ?? JSONObject()
    config["dtype"] = nil
    if className != "Identity" && className != "Orthogonal" { config["gain"] = nil }
    return object(className, config, module: "keras.initializers")
  }

  /// Whether an initializer of Keras 3 draws weights of a shape.
  static func draws(_ className: String, _ shape: Shape) -> Bool {
    switch className {
    case "Identity": shape.rank == 2
    case "Orthogonal": shape.rank >= 2
    default: true
    }
  }

  /// A regularizer or a constraint; `nil` if it is not of Keras.
  static func object(_ value: JSONValue, module: String) -> JSONValue? {
    if value.isNull { return value }
    if let name = value.stringValue {
      return classNames[PythonNames.pascalCase(name)] == nil ? nil : .string(name)
    }
    // Keras 1 has the fields beside the name.
    if let name = value["name"]?.stringValue, value["class_name"] == nil {
      var config = value.objectValue ?? JSONObject()
      config["name"] = nil
      if let limit = config["m"] {
        config["m"] = nil
        config["max_value"] = limit
      }
      guard let className = classNames[name] else { return nil }
      return object(className, config, module: module)
    }
    guard let name = value["class_name"]?.stringValue, let config = value["config"]?.objectValue else {
      return nil
    }
    guard let className = classNames[PythonNames.pascalCase(name)] else { return nil }
    return object(className, config, module: module)
  }

  private static let classNames = [
    "ActivityRegularizer": "L1L2", "L1L2Regularizer": "L1L2", "MaxNorm": "MaxNorm", "NonNeg": "NonNeg",
    "UnitNorm": "UnitNorm",
    "WeightRegularizer": "L1L2", "L1": "L1", "L2": "L2", "L1L2": "L1L2", "MinMaxNorm": "MinMaxNorm",
    "OrthogonalRegularizer": "OrthogonalRegularizer", "OrthogonalRegularization": "OrthogonalRegularizer",
  ]

  private static func object(_ className: String, _ config: JSONObject, module: String) -> JSONValue {
    [
      "module": .string(module), "class_name": .string(className), "config": .object(config),
      "registered_name": .null,
    ]
  }
}
