import OrderedJSON
import Tensors

/// The operations of Keras 3 that do what TensorFlow functions do.
enum TensorFlowUpgrades {
  typealias Rule = @Sendable (OperationArguments) -> OperationForm?

  static func form(of function: String, _ arguments: OperationArguments) -> OperationForm? {
    let name = function.split(separator: ".").last.map(String.init) ?? function
    if let (module, className) = unary[name] {
      guard arguments.has(only: "name"), case .tensor = arguments.first else { return nil }
      return OperationForm(module: module, className: className, arguments: [arguments.first])
    }
    if let className = binary[name] {
      guard let operands = arguments.operands else { return nil }
      return OperationForm(module: "numpy", className: className, arguments: operands)
    }
    if let className = reductions[name] {
      guard arguments.has(only: "axis", "keepdims", "reduction_indices", "keep_dims") else { return nil }
      return OperationForm(
        module: "numpy", className: className,
        config: [
          "axis": arguments.constant("axis", "reduction_indices") ?? .null,
          "keepdims": arguments.constant("keepdims", "keep_dims") ?? false,
        ], arguments: [arguments.first])
    }
    return rules[function]?(arguments) ?? rules[name]?(arguments)
  }

  private static let unary: [String: (String, String)] = [
    "abs": ("numpy", "Absolute"), "acos": ("numpy", "Arccos"), "asin": ("numpy", "Arcsin"),
    "atan": ("numpy", "Arctan"), "ceil": ("numpy", "Ceil"), "cos": ("numpy", "Cos"),
    "cosh": ("numpy", "Cosh"),
    "elu": ("nn", "Elu"), "erf": ("math", "Erf"), "exp": ("numpy", "Exp"), "expm1": ("numpy", "Expm1"),
    "floor": ("numpy", "Floor"), "identity": ("numpy", "Copy"), "is_nan": ("numpy", "Isnan"),
    "log": ("numpy", "Log"),
    "log1p": ("numpy", "Log1p"), "log_sigmoid": ("nn", "LogSigmoid"), "logical_not": ("numpy", "LogicalNot"),
    "negative": ("numpy", "Negative"), "reciprocal": ("numpy", "Reciprocal"), "relu": ("nn", "Relu"),
    "relu6": ("nn", "Relu6"), "rsqrt": ("math", "Rsqrt"), "selu": ("nn", "Selu"),
    "sigmoid": ("nn", "Sigmoid"),
    "sign": ("numpy", "Sign"), "sin": ("numpy", "Sin"), "sinh": ("numpy", "Sinh"),
    "softplus": ("nn", "Softplus"), "softsign": ("nn", "Softsign"), "sqrt": ("numpy", "Sqrt"),
    "square": ("numpy", "Square"), "stop_gradient": ("core", "StopGradient"), "tan": ("numpy", "Tan"),
    "tanh": ("numpy", "Tanh"), "zeros_like": ("numpy", "ZerosLike"), "ones_like": ("numpy", "OnesLike"),
  ]

  private static let binary = [
    "add": "Add", "add_n": "Add", "add_v2": "Add", "real_div": "TrueDivide", "floor_mod": "Mod",
    "divide": "Divide", "equal": "Equal", "floordiv": "FloorDivide", "floor_div": "FloorDivide",
    "floormod": "Mod", "greater": "Greater", "greater_equal": "GreaterEqual", "less": "Less",
    "less_equal": "LessEqual", "logical_and": "LogicalAnd", "logical_or": "LogicalOr", "maximum": "Maximum",
    "minimum": "Minimum", "mul": "Multiply", "multiply": "Multiply", "not_equal": "NotEqual", "pow": "Power",
    "sub": "Subtract", "subtract": "Subtract", "truediv": "TrueDivide",
  ]

  private static let reductions = [
    "reduce_all": "All", "reduce_any": "Any", "reduce_max": "Max", "reduce_mean": "Mean", "reduce_min": "Min",
    "reduce_prod": "Prod", "reduce_std": "Std", "reduce_sum": "Sum", "reduce_variance": "Var",
  ]

  private static func numpy(
    _ className: String, _ config: JSONObject = [:], _ arguments: [GraphArgument]
  ) -> OperationForm {
    OperationForm(module: "numpy", className: className, config: config, arguments: arguments)
  }

  private static let rules: [String: Rule] = [
    "__operators__.getitem": { arguments in
      guard let spec = arguments["slice_spec"] else { return nil }
      let elements = expanded(spec.elements, rank: arguments.input.rank).map(sliceElement)
      guard !elements.contains(where: { $0 == nil }), arguments.has(only: "slice_spec"),
        !arguments.input.isUnknown, arguments.input.contents == nil
      else { return nil }
      return numpy("GetItem", [:], [arguments.first, .list(elements.compactMap { $0.map { .value($0) } })])
    },
    "argmax": { reducedAlongOne("Argmax", $0) },
    "argmin": { reducedAlongOne("Argmin", $0) },
    "cast": { arguments in
      guard let dtype = arguments.constant("dtype")?.stringValue, DType(rawValue: dtype) != nil else {
        return nil
      }
      return OperationForm(
        module: "core", className: "Cast", config: ["dtype": .string(dtype)], arguments: [arguments.first])
    },
    "clip_by_value": { arguments in
      guard let least = arguments.constant("clip_value_min"), let most = arguments.constant("clip_value_max")
      else { return nil }
      return numpy("Clip", ["x_min": least, "x_max": most], [arguments.first])
    },
    "concat": { arguments in
      guard let axis = arguments.constant("axis"), axis.wholeNumber != nil else { return nil }
      return numpy("Concatenate", ["axis": axis], [arguments.first])
    },
    "cumsum": { arguments in
      guard arguments.has(only: "axis") else { return nil }
      return numpy("Cumsum", ["axis": arguments.constant("axis") ?? 0, "dtype": .null], [arguments.first])
    },
    "expand_dims": { arguments in
      guard let axis = arguments.constant("axis"), axis.wholeNumber != nil else { return nil }
      return numpy("ExpandDims", ["axis": axis], [arguments.first])
    },
    "flip_left_right": { arguments in
      arguments.input.rank == 4 ? numpy("Flip", ["axis": 2], [arguments.first]) : nil
    },
    "gather": { arguments in
      guard let indices = arguments["indices"], arguments.has(only: "indices", "axis", "batch_dims"),
        arguments["batch_dims"] == nil || arguments.constant("batch_dims") == 0
      else { return nil }
      return numpy(
        "Take", ["axis": arguments.constant("axis") ?? 0], [arguments.first.operand, indices])
    },
    "gelu": { arguments in
      OperationForm(
        module: "nn", className: "Gelu", config: ["approximate": arguments.constant("approximate") ?? false],
        arguments: [arguments.first])
    },
    "l2_normalize": { arguments in
      guard let axis = arguments.constant("axis") else { return nil }
      let epsilon = arguments.constant("epsilon")?.doubleValue ?? 1e-12
      return OperationForm(
        module: "nn", className: "Normalize",
        config: ["axis": axis, "order": 2, "epsilon": JSONValue(epsilon.squareRoot())],
        arguments: [arguments.first])
    },
    "leaky_relu": { arguments in
      OperationForm(
        module: "nn", className: "LeakyRelu",
        config: ["negative_slope": arguments.constant("alpha") ?? 0.2], arguments: [arguments.first])
    },
    "log_softmax": { alongAxis("LogSoftmax", $0) },
    "matmul": { arguments in
      guard let other = arguments["b"]?.operand, arguments.has(only: "b", "transpose_a", "transpose_b"),
        case .tensor = arguments.first
      else { return nil }
      let (one, two) = (arguments.constant("transpose_a") == true, arguments.constant("transpose_b") == true)
      guard one || two else { return numpy("Matmul", [:], [arguments.first, other]) }
      let equation = "...\(one ? "ji" : "ij"),...\(two ? "kj" : "jk")->...ik"
      return numpy("Einsum", ["subscripts": .string(equation)], [arguments.first, other])
    },
    "avg_pool2d": { pooled("AveragePool", $0) },
    "max_pool2d": { pooled("MaxPool", $0) },
    "norm": { arguments in
      guard arguments.has(only: "axis", "keepdims", "ord"), let axis = arguments.constant("axis"),
        axis.wholeNumber != nil, arguments["ord"] == nil || arguments.constant("ord") == "euclidean"
      else { return nil }
      return OperationForm(
        module: "linalg", className: "Norm",
        config: ["ord": 2, "axis": axis, "keepdims": arguments.constant("keepdims") ?? false],
        arguments: [arguments.first])
    },
    "one_hot": { arguments in
      guard let depth = arguments.constant("depth"), arguments.has(only: "depth", "axis", "dtype") else {
        return nil
      }
      return OperationForm(
        module: "nn", className: "OneHot",
        config: [
          "num_classes": depth, "axis": arguments.constant("axis") ?? -1,
          "dtype": arguments.constant("dtype") ?? "float32", "sparse": false,
        ], arguments: [arguments.first])
    },
    "pad": { arguments in
      guard let widths = arguments.constant("paddings"),
        (arguments.constant("mode")?.stringValue ?? "CONSTANT") == "CONSTANT",
        arguments["constant_values"] == nil || arguments.constant("constant_values")?.doubleValue == 0
      else { return nil }
      return numpy("Pad", ["pad_width": widths, "mode": "constant"], [arguments.first])
    },
    "repeat": { arguments in
      guard let count = arguments.constant("repeats"), arguments.has(only: "repeats", "axis") else {
        return nil
      }
      return numpy(
        "Repeat", ["repeats": count, "axis": arguments.constant("axis") ?? .null], [arguments.first])
    },
    "reshape": { arguments in
      // Of a shape that is computed, the sizes that are known are enough if they leave one open.
      let sizes = arguments.result.dimensions
      if let shape = arguments.constant("shape"),
        shape.arrayValue?.allSatisfy({ $0.wholeNumber != nil }) ?? false
      {
        return numpy("Reshape", ["newshape": shape], [arguments.first])
      }
      guard !arguments.result.isUnknown, sizes.count(where: { $0 == nil }) <= 1 else { return nil }
      return numpy("Reshape", ["newshape": .array(sizes.map { JSONValue($0 ?? -1) })], [arguments.first])
    },
    "reverse": { arguments in
      arguments.constant("axis").flatMap { numpy("Flip", ["axis": $0], [arguments.first]) }
    },
    "roll": { arguments in
      guard let shift = arguments.constant("shift"), let axis = arguments.constant("axis") else { return nil }
      return numpy("Roll", ["shift": shift, "axis": axis], [arguments.first])
    },
    "slice": { arguments in
      guard let starts = arguments.constant("begin")?.arrayValue?.compactMap(\.wholeNumber),
        let sizes = arguments.constant("size")?.arrayValue?.compactMap(\.wholeNumber),
        starts.count == sizes.count, arguments.has(only: "begin", "size")
      else { return nil }
      let elements = zip(starts, sizes).map { start, size -> GraphArgument in
        let stop = size == -1 ? nil : CheckedSize(start).plus(size).value
        return .value([
          "class_name": "__slice__",
          "config": ["start": JSONValue(start), "stop": stop.map { JSONValue($0) } ?? .null, "step": .null],
        ])
      }
      return numpy("GetItem", [:], [arguments.first, .list(elements)])
    },
    "softmax": { alongAxis("Softmax", $0) },
    "silu": { arguments in
      guard (arguments.constant("beta")?.doubleValue ?? 1) == 1 else { return nil }
      return OperationForm(module: "nn", className: "Silu", arguments: [arguments.first])
    },
    "swish": { OperationForm(module: "nn", className: "Silu", arguments: [$0.first]) },
    "split": { arguments in
      guard let count = arguments.constant("num_or_size_splits"), count.wholeNumber != nil else { return nil }
      return numpy(
        "Split", ["indices_or_sections": count, "axis": arguments.constant("axis") ?? 0], [arguments.first])
    },
    "squared_difference": { arguments in
      guard let operands = arguments.operands else { return nil }
      return numpy("Subtract", [:], operands).followed(by: "numpy", "Square")
    },
    "depth_to_space": { rearranged("DepthToSpace", $0) },
    "space_to_depth": { rearranged("SpaceToDepth", $0) },
    "squeeze": { arguments in
      guard arguments.has(only: "axis", "squeeze_dims") else { return nil }
      let axis = arguments.constant("axis", "squeeze_dims") ?? .null
      return numpy("Squeeze", ["axis": axis], [arguments.first])
    },
    "stack": { numpy("Stack", ["axis": $0.constant("axis") ?? 0], [$0.first]) },
    "tensordot": { arguments in
      guard let other = arguments["b"], let axes = arguments.constant("axes") else { return nil }
      return numpy("Tensordot", ["axes": axes], [arguments.first.operand, other.operand])
    },
    "tile": { arguments in
      guard let counts = arguments.constant("multiples") else { return nil }
      return numpy("Tile", ["repeats": counts], [arguments.first])
    },
    "transpose": { arguments in
      guard arguments.has(only: "perm") else { return nil }
      return numpy("Transpose", ["axes": arguments.constant("perm") ?? .null], [arguments.first])
    },
    "unstack": { arguments in
      guard arguments.has(only: "num", "axis") else { return nil }
      return OperationForm(
        module: "core", className: "Unstack",
        config: ["num": arguments.constant("num") ?? .null, "axis": arguments.constant("axis") ?? 0],
        arguments: [arguments.first])
    },
    "image.resize": { arguments in
      let methods = [
        "bilinear": "bilinear", "nearest": "nearest", "bicubic": "bicubic", "lanczos3": "lanczos3",
      ]
      guard let size = arguments.constant("size"),
        arguments.has(only: "size", "method", "preserve_aspect_ratio"),
        arguments.input.rank == 4,
        let method = methods[arguments.constant("method")?.stringValue ?? "bilinear"],
        arguments.constant("preserve_aspect_ratio") != true
      else { return nil }
      return OperationForm(
        module: "image", className: "Resize",
        config: [
          "size": size, "interpolation": .string(method), "antialias": false, "data_format": "channels_last",
        ], arguments: [arguments.first])
    },
  ]

  private static func alongAxis(_ className: String, _ arguments: OperationArguments) -> OperationForm? {
    guard arguments.has(only: "axis") else { return nil }
    return OperationForm(
      module: "nn", className: className, config: ["axis": arguments.constant("axis") ?? -1],
      arguments: [arguments.first])
  }

  private static func pooled(_ className: String, _ arguments: OperationArguments) -> OperationForm? {
    guard let size = pair(arguments.constant("ksize")), let strides = pair(arguments.constant("strides")),
      let padding = arguments.constant("padding")?.stringValue?.lowercased(), arguments.input.rank == 4,
      ["same", "valid"].contains(padding),
      (arguments.constant("data_format")?.stringValue ?? "NHWC") == "NHWC"
    else { return nil }
    return OperationForm(
      module: "nn", className: className,
      config: [
        "pool_size": size, "strides": strides, "padding": .string(padding), "data_format": "channels_last",
      ], arguments: [arguments.first])
  }

  /// A size each for rows and columns: from one number, two, or four that include the batch and the channels.
  private static func pair(_ sizes: JSONValue?) -> JSONValue? {
    guard let sizes else { return nil }
    let numbers = (sizes.arrayValue ?? [sizes]).compactMap(\.wholeNumber)
    switch numbers.count {
    case 1: return .array([JSONValue(numbers[0]), JSONValue(numbers[0])])
    case 2: return .array(numbers.map { JSONValue($0) })
    case 4 where numbers[0] == 1 && numbers[3] == 1:
      return .array([JSONValue(numbers[1]), JSONValue(numbers[2])])
    default: return nil
    }
  }

  private static func rearranged(_ className: String, _ arguments: OperationArguments) -> OperationForm? {
    guard let size = arguments.constant("block_size"), arguments.has(only: "block_size", "data_format"),
      (arguments.constant("data_format")?.stringValue ?? "NHWC") == "NHWC"
    else { return nil }
    return OperationForm(
      module: "nn", className: className, config: ["block_size": size, "data_format": "channels_last"],
      arguments: [arguments.first])
  }

  private static func reducedAlongOne(_ className: String, _ arguments: OperationArguments) -> OperationForm?
  {
    guard arguments.has(only: "axis", "output_type") else { return nil }
    return numpy(className, ["axis": arguments.constant("axis") ?? 0, "keepdims": false], [arguments.first])
  }

  /// The elements of `x[…]` with whole axes in place of an ellipsis.
  private static func expanded(_ elements: [GraphArgument], rank: Int) -> [GraphArgument] {
    func isEllipsis(_ element: GraphArgument) -> Bool { element.constant?["class_name"] == "__ellipsis__" }
    let used = elements.count { !isEllipsis($0) && $0.constant?.isNull != true }
    let whole = GraphArgument.value(["start": .null, "stop": .null, "step": .null])
    return elements.flatMap { element in
      isEllipsis(element) ? Array(repeating: whole, count: max(0, rank - used)) : [element]
    }
  }

  /// An element of `x[…]`; `nil` if a bound is computed.
  private static func sliceElement(_ argument: GraphArgument) -> JSONValue? {
    guard let constant = argument.constant else { return nil }
    guard let members = constant.objectValue else { return constant }
    if members["class_name"] == "__ellipsis__" { return ["class_name": "__ellipsis__", "config": [:]] }
    return [
      "class_name": "__slice__",
      "config": [
        "start": members["start"] ?? .null, "stop": members["stop"] ?? .null,
        "step": members["step"] ?? .null,
      ],
    ]
  }
}
