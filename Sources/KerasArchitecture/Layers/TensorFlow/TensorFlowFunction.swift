import OrderedJSON
import Tensors

/// The shapes that TensorFlow functions return, by the names of the functions in the JSON of tf.keras.
enum TensorFlowFunction {
  /// The rule of a function: the shapes of its results, or `nil` if they are unknown.
  typealias Rule = @Sendable (TensorFlowArguments) -> [PartialShape]?

  static func shapes(_ function: String, _ arguments: TensorFlowArguments) -> [PartialShape]? {
    results(function, arguments).map { $0.map(\.plausible) }
  }

  private static func results(_ function: String, _ arguments: TensorFlowArguments) -> [PartialShape]? {
    if let rule = rules[function] { return rule(arguments) }
    if elementwise.contains(function)
      || elementwise.contains(String(function.split(separator: ".").last ?? ""))
    {
      return broadcast(arguments)
    }
    if function.split(separator: ".").last?.hasPrefix("reduce_") ?? false { return reduced(arguments) }
    return nil
  }

  /// The largest number of results of a function: more do not occur in models.
  static let resultLimit = 1024

  /// Elementwise functions, whose operands are broadcast; without prefixes such as `math.` and `nn.`.
  private static let elementwise: Set<String> = [
    "abs", "acos", "add", "add_n", "add_v2", "argsort", "as_string", "asin", "atan", "bias_add", "bitcast",
    "cast", "ceil", "clip_by_value", "complex", "cos", "cosh", "cumprod", "cumsum", "div_no_nan", "divide",
    "divide_no_nan", "dropout", "elu", "equal", "erf", "exp", "expm1", "flip_left_right", "flip_up_down",
    "floor", "floor_div", "floor_mod", "floordiv", "floormod", "gelu", "greater", "greater_equal", "identity",
    "is_finite", "is_inf", "is_nan", "l2_normalize", "leaky_relu", "less", "less_equal", "log", "log1p",
    "log_sigmoid", "log_softmax", "logical_and", "logical_not", "logical_or", "logical_xor", "maximum",
    "minimum", "mod", "mul", "multiply", "neg", "negative", "not_equal", "ones_like", "pow", "real_div",
    "realdiv", "reciprocal", "relu", "relu6", "reverse", "roll", "round", "rsqrt", "select", "select_v2",
    "selu", "sigmoid", "sign", "silu", "sin", "sinh", "softmax", "softplus", "softsign", "sort", "sqrt",
    "square", "squared_difference", "stop_gradient", "sub", "subtract", "swish", "tan", "tanh", "to_number",
    "truediv", "where", "zeros_like",
  ]

  private static let rules: [String: Rule] = [
    "__operators__.getitem": sliced,
    "broadcast_to": { $0.sizes("shape").map { [PartialShape($0)] } },
    "concat": concatenated,
    "expand_dims": { arguments in
      guard var shape = arguments.knownInput, let axis = arguments.integer("axis") else { return nil }
      guard let index = PartialShape(shape.dimensions + [1]).index(ofAxis: axis) else { return nil }
      shape.dimensions.insert(1, at: index)
      return [PartialShape(shape.dimensions)]
    },
    "fill": { $0.inputs.first?.sizes.map { [PartialShape($0)] } },
    "gather": gathered,
    "image.resize": { arguments in
      guard var shape = arguments.knownInput, shape.rank >= 3, let size = arguments.sizes("size"),
        size.count == 2
      else { return nil }
      shape.dimensions.replaceSubrange(shape.rank - 3..<shape.rank - 1, with: size)
      return [shape]
    },
    "linalg.matmul": multiplied,
    "linalg.norm": reduced,
    "math.argmax": reducedAlongOne,
    "math.argmin": reducedAlongOne,
    "math.top_k": { arguments in
      guard var shape = arguments.knownInput, shape.rank > 0 else { return nil }
      shape.dimensions[shape.rank - 1] = arguments.integer("k") ?? 1
      return [shape, shape]
    },
    "matmul": multiplied,
    "nn.conv2d": { convolved($0, pools: false) },
    "nn.avg_pool2d": { convolved($0, pools: true) },
    "nn.max_pool2d": { convolved($0, pools: true) },
    "nn.depth_to_space": { spaceAndDepth($0) { size, block in CheckedSize.product([size, block]) } },
    "nn.space_to_depth": { spaceAndDepth($0) { size, block in CheckedSize(size).divided(by: block).value } },
    "norm": reduced,
    "one_hot": { arguments in
      guard let shape = arguments.knownInput, let depth = arguments.sizes("depth")?.first else { return nil }
      guard let index = PartialShape(shape.dimensions + [1]).index(ofAxis: arguments.integer("axis") ?? -1)
      else { return nil }
      var dimensions = shape.dimensions
      dimensions.insert(depth, at: index)
      return [PartialShape(dimensions)]
    },
    "ones": { $0.filled },
    "pad": { arguments in
      guard let shape = arguments.knownInput, let margins = arguments.value("paddings")?.arrayValue,
        margins.count == shape.rank
      else { return nil }
      return [
        PartialShape(
          zip(shape.dimensions, margins).map { size, margin -> Int? in
            guard let size, let pair = margin.arrayValue?.compactMap(\.wholeNumber), pair.count == 2 else {
              return nil
            }
            return CheckedSize.sum([size] + pair)
          })
      ]
    },
    "random.normal": { $0.filled },
    "random.uniform": { $0.filled },
    "range": { _ in [[nil]] },
    "rank": { $0.knownInput.map { [PartialShape([], contents: [$0.rank])] } },
    "math.reduce_prod": product,
    "reduce_prod": product,
    "repeat": { arguments in
      guard var shape = arguments.knownInput, let axis = arguments.integer("axis"),
        let index = shape.index(ofAxis: axis)
      else { return nil }
      let count = arguments.integer("repeats")
      shape.dimensions[index] = shape.dimensions[index].flatMap { size in
        count.flatMap { CheckedSize.product([size, $0]) }
      }
      return [PartialShape(shape.dimensions)]
    },
    "reshape": { arguments in
      guard let sizes = arguments.sizes("shape") else { return nil }
      return [reshaped(arguments.input, sizes)]
    },
    "shape": { arguments in
      arguments.knownInput.map { [PartialShape([$0.rank], contents: $0.dimensions)] }
    },
    "size": { _ in [[]] },
    "slice": { arguments in
      guard let shape = arguments.knownInput, let sizes = arguments.sizes("size"), sizes.count == shape.rank,
        let starts = arguments.sizes("begin"), starts.count == shape.rank
      else { return nil }
      return [
        PartialShape(
          shape.dimensions.indices.map { axis in
            guard sizes[axis] == -1 else { return sizes[axis] }
            guard let size = shape.dimensions[axis], let start = starts[axis] else { return nil }
            return CheckedSize.difference(size, start).map { max(0, $0) }
          })
      ]
    },
    "split": split,
    "squeeze": { arguments in
      guard let shape = arguments.knownInput else { return nil }
      let axes = (arguments.sizes("axis") ?? []).compactMap { $0.flatMap(shape.index(ofAxis:)) }
      let kept = shape.dimensions.indices.filter {
        axes.isEmpty ? shape.dimensions[$0] != 1 : !axes.contains($0)
      }
      let contents = shape.contents.flatMap { kept.isEmpty ? $0 : nil }
      return [PartialShape(kept.map { shape.dimensions[$0] }, contents: contents)]
    },
    "stack": { arguments in
      guard let shape = arguments.inputs.map(\.shape).first(where: { !$0.isUnknown }) else { return nil }
      guard let index = PartialShape(shape.dimensions + [1]).index(ofAxis: arguments.integer("axis") ?? 0)
      else { return nil }
      var dimensions = shape.dimensions
      dimensions.insert(arguments.inputs.count, at: index)
      let contents = shape.rank == 0 ? ShapeStructure.list(arguments.inputs).sizes : nil
      return [PartialShape(dimensions, contents: contents)]
    },
    "tensordot": { arguments in
      guard let first = arguments.knownInput, let second = arguments.keywords["b"]?.shape, !second.isUnknown,
        let count = arguments.integer("axes"), (0...min(first.rank, second.rank)).contains(count)
      else { return nil }
      return [PartialShape(first.dimensions.dropLast(count) + second.dimensions.dropFirst(count))]
    },
    "tile": { arguments in
      guard let shape = arguments.knownInput, let counts = arguments.sizes("multiples"),
        counts.count == shape.rank
      else { return nil }
      return [
        PartialShape(
          zip(shape.dimensions, counts).map { size, count in
            size.flatMap { size in count.flatMap { CheckedSize.product([size, $0]) } }
          })
      ]
    },
    "transpose": { arguments in
      guard let shape = arguments.knownInput else { return nil }
      guard let axes = arguments.sizes("perm") else { return [PartialShape(shape.dimensions.reversed())] }
      let order = axes.compactMap { $0.flatMap(shape.index(ofAxis:)) }
      guard order.sorted() == Array(0..<shape.rank) else { return nil }
      return [PartialShape(order.map { shape.dimensions[$0] })]
    },
    "unstack": { arguments in
      guard var shape = arguments.knownInput, let axis = shape.index(ofAxis: arguments.integer("axis") ?? 0),
        let count = shape.dimensions[axis] ?? arguments.integer("num"), (0...resultLimit).contains(count)
      else { return nil }
      let contents = shape.contents
      shape.dimensions.remove(at: axis)
      return (0..<count).map { index in
        PartialShape(
          shape.dimensions, contents: contents.map { [$0.indices.contains(index) ? $0[index] : nil] })
      }
    },
    "zeros": { $0.filled },
  ]
}

extension PartialShape {
  /// The largest rank, which is TensorFlow's own limit.
  private static let rankLimit = 254
  private static let contentsLimit = 1024

  /// The shape as far as it is possible: negative sizes, which only a wrong document leads to, become
  /// unknown, and so does a shape of too high a rank.
  var plausible: PartialShape {
    guard !isUnknown, rank <= Self.rankLimit else { return .unknown }
    let contents = contents.flatMap { $0.count <= Self.contentsLimit ? $0 : nil }
    return PartialShape(dimensions.map { size in size.flatMap { $0 < 0 ? nil : $0 } }, contents: contents)
  }
}
