import OrderedJSON
import Tensors

/// The operations of Keras 3 that do what TensorFlow functions do.
enum TensorFlowUpgrades {
  typealias Rule = @Sendable (OperationArguments) -> OperationForm?

  static func form(of function: String, _ arguments: OperationArguments) -> OperationForm? {
    let name = function.split(separator: ".").last.map(String.init) ?? function
    if let (module, className) = unary[name] {
      guard arguments.has(only: name == "ensure_shape" ? "shape" : "name"), case .tensor = arguments.first
      else { return nil }
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
    "abs": ("numpy", "Absolute"), "acosh": ("numpy", "Arccosh"), "asinh": ("numpy", "Arcsinh"),
    "atanh": ("numpy", "Arctanh"), "is_finite": ("numpy", "Isfinite"), "is_inf": ("numpy", "Isinf"),
    "round": ("numpy", "Round"), "acos": ("numpy", "Arccos"), "asin": ("numpy", "Arcsin"),
    "atan": ("numpy", "Arctan"), "ceil": ("numpy", "Ceil"), "cos": ("numpy", "Cos"),
    "cosh": ("numpy", "Cosh"),
    "elu": ("nn", "Elu"), "erf": ("math", "Erf"), "exp": ("numpy", "Exp"), "expm1": ("numpy", "Expm1"),
    "floor": ("numpy", "Floor"), "identity": ("numpy", "Copy"), "is_nan": ("numpy", "Isnan"),
    "log": ("numpy", "Log"),
    "ensure_shape": ("numpy", "Copy"), "erfc": ("math", "Erfc"), "log1p": ("numpy", "Log1p"),
    "log_sigmoid": ("nn", "LogSigmoid"), "logical_not": ("numpy", "LogicalNot"),
    "negative": ("numpy", "Negative"), "reciprocal": ("numpy", "Reciprocal"), "relu": ("nn", "Relu"),
    "relu6": ("nn", "Relu6"), "rsqrt": ("math", "Rsqrt"), "selu": ("nn", "Selu"),
    "sigmoid": ("nn", "Sigmoid"),
    "sign": ("numpy", "Sign"), "sin": ("numpy", "Sin"), "sinh": ("numpy", "Sinh"),
    "softplus": ("nn", "Softplus"), "softsign": ("nn", "Softsign"), "sqrt": ("numpy", "Sqrt"),
    "square": ("numpy", "Square"), "stop_gradient": ("core", "StopGradient"), "tan": ("numpy", "Tan"),
    "tanh": ("numpy", "Tanh"), "zeros_like": ("numpy", "ZerosLike"), "ones_like": ("numpy", "OnesLike"),
  ]

  private static let binary = [
    "add": "Add", "add_v2": "Add", "atan2": "Arctan2", "real_div": "TrueDivide", "floor_mod": "Mod",
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

  static func numpy(
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
    "add_n": { arguments in
      guard case .list(let terms) = arguments.first, terms.count > 1 else { return nil }
      return numpy("Stack", ["axis": 0], [arguments.first])
        .followed(by: "numpy", "Sum", ["axis": 0, "keepdims": false])
    },
    "argmax": { reducedAlongOne("Argmax", $0) },
    "argmin": { reducedAlongOne("Argmin", $0) },
    "argsort": { arguments in
      guard arguments.has(only: "axis", "direction", "stable"), isAscending(arguments) else { return nil }
      return numpy("Argsort", ["axis": arguments.constant("axis") ?? -1], [arguments.first])
    },
    "band_part": { arguments in
      switch (arguments.constant("num_lower"), arguments.constant("num_upper")) {
      case (-1, 0): numpy("Tril", ["k": 0], [arguments.first])
      case (0, -1): numpy("Triu", ["k": 0], [arguments.first])
      default: nil
      }
    },
    "bias_add": { arguments in
      guard let bias = arguments["bias"], arguments.has(only: "bias", "data_format"),
        [nil, "NHWC", "N...C"].contains(arguments.constant("data_format")?.stringValue)
      else { return nil }
      return numpy("Add", [:], [arguments.first, bias.operand])
    },
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
    "cumprod": { cumulated("Cumprod", $0) },
    "cumsum": { cumulated("Cumsum", $0) },
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
    "count_nonzero": { arguments in
      guard arguments.has(only: "axis") else { return nil }
      return numpy("CountNonzero", ["axis": arguments.constant("axis") ?? .null], [arguments.first])
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
    "conv1d": { convolved($0, rank: 1, format: "NWC") },
    "conv2d": { convolved($0, rank: 2, format: "NHWC") },
    "max_pool1d": { pooled("MaxPool", $0, rank: 1) },
    "avg_pool1d": { pooled("AveragePool", $0, rank: 1) },
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
      let mode = (arguments.constant("mode")?.stringValue ?? "CONSTANT").lowercased()
      guard let widths = arguments.constant("paddings"),
        ["constant", "reflect", "symmetric"].contains(mode)
      else { return nil }
      let value = arguments["constant_values"]
      let isZero = value == nil || value?.constant?.doubleValue == 0
      guard isZero || (mode == "constant" && value?.constant?.doubleValue != nil) else { return nil }
      return numpy(
        "Pad", ["pad_width": widths, "mode": .string(mode)],
        [arguments.first] + (isZero ? [] : [value].compactMap(\.self)))
    },
    "repeat": { arguments in
      guard let count = arguments.constant("repeats"), arguments.has(only: "repeats", "axis") else {
        return nil
      }
      return numpy(
        "Repeat", ["repeats": count, "axis": arguments.constant("axis") ?? .null], [arguments.first])
    },
    "reduce_logsumexp": { arguments in
      guard arguments.has(only: "axis", "keepdims") else { return nil }
      return OperationForm(
        module: "math", className: "Logsumexp",
        config: [
          "axis": arguments.constant("axis") ?? .null, "keepdims": arguments.constant("keepdims") ?? false,
        ], arguments: [arguments.first])
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
    "sort": { arguments in
      guard arguments.has(only: "axis", "direction") else { return nil }
      let axis = arguments.constant("axis") ?? -1
      let sorted = numpy("Sort", ["axis": axis], [arguments.first])
      return isAscending(arguments) ? sorted : sorted.followed(by: "numpy", "Flip", ["axis": axis])
    },
    "softmax": { alongAxis("Softmax", $0) },
    "silu": { arguments in
      guard (arguments.constant("beta")?.doubleValue ?? 1) == 1 else { return nil }
      return OperationForm(module: "nn", className: "Silu", arguments: [arguments.first])
    },
    "swish": { OperationForm(module: "nn", className: "Silu", arguments: [$0.first]) },
    "split": { arguments in
      guard let sections = sections(arguments) else { return nil }
      return numpy(
        "Split", ["indices_or_sections": sections, "axis": arguments.constant("axis") ?? 0], [arguments.first]
      )
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
    "top_k": { arguments in
      guard arguments.has(only: "k", "sorted"), arguments.constant("sorted") != false else { return nil }
      return OperationForm(
        module: "math", className: "TopK",
        config: ["k": arguments.constant("k") ?? 1, "sorted": true], arguments: [arguments.first])
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
    "where": { arguments in
      guard let one = arguments["x"], let other = arguments["y"], arguments.has(only: "x", "y") else {
        return nil
      }
      return numpy("Where", [:], [arguments.first, one.operand, other.operand])
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
}
