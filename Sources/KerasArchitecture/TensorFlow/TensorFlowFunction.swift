import OrderedJSON

/// The shapes that TensorFlow functions return, by the names under which tf.keras writes them.
enum TensorFlowFunction {
  /// A rule: the shapes of the results, or `nil` if they cannot be told.
  typealias Rule = @Sendable (TensorFlowArguments) -> [PartialShape]?

  static func shapes(_ function: String, _ arguments: TensorFlowArguments) -> [PartialShape]? {
    if let rule = rules[function] { return rule(arguments) }
    if elementwise.contains(function)
      || elementwise.contains(String(function.split(separator: ".").last ?? ""))
    {
      return broadcast(arguments)
    }
    if function.split(separator: ".").last?.hasPrefix("reduce_") ?? false { return reduced(arguments) }
    return nil
  }

  /// Functions that work element by element, their operands stretched; without `math.`, `nn.` and the like.
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
      guard var shape = arguments.known, let axis = arguments.integer("axis") else { return nil }
      guard let index = PartialShape(shape.dimensions + [1]).index(ofAxis: axis) else { return nil }
      shape.dimensions.insert(1, at: index)
      return [PartialShape(shape.dimensions)]
    },
    "fill": { $0.inputs.first?.sizes.map { [PartialShape($0)] } },
    "gather": gathered,
    "image.resize": { arguments in
      guard var shape = arguments.known, shape.rank >= 3, let size = arguments.sizes("size"), size.count == 2
      else { return nil }
      shape.dimensions.replaceSubrange(shape.rank - 3..<shape.rank - 1, with: size)
      return [shape]
    },
    "linalg.matmul": multiplied,
    "linalg.norm": reduced,
    "math.argmax": reducedAlongOne,
    "math.argmin": reducedAlongOne,
    "math.top_k": { arguments in
      guard var shape = arguments.known, shape.rank > 0 else { return nil }
      shape.dimensions[shape.rank - 1] = arguments.integer("k") ?? 1
      return [shape, shape]
    },
    "matmul": multiplied,
    "nn.conv2d": { convolved($0, pools: false) },
    "nn.avg_pool2d": { convolved($0, pools: true) },
    "nn.max_pool2d": { convolved($0, pools: true) },
    "nn.depth_to_space": { spaceAndDepth($0) { size, block in CheckedSize.product([size, block]) } },
    "nn.space_to_depth": { spaceAndDepth($0) { size, block in size / block } },
    "norm": reduced,
    "one_hot": { arguments in
      guard let shape = arguments.known, let depth = arguments.sizes("depth")?.first else { return nil }
      guard let index = PartialShape(shape.dimensions + [1]).index(ofAxis: arguments.integer("axis") ?? -1)
      else { return nil }
      var dimensions = shape.dimensions
      dimensions.insert(depth, at: index)
      return [PartialShape(dimensions)]
    },
    "ones": { $0.made },
    "pad": { arguments in
      guard let shape = arguments.known, let margins = arguments.value("paddings")?.arrayValue,
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
    "random.normal": { $0.made },
    "random.uniform": { $0.made },
    "range": { _ in [[nil]] },
    "rank": { $0.known.map { [PartialShape([], contents: [$0.rank])] } },
    "math.reduce_prod": product,
    "reduce_prod": product,
    "repeat": { arguments in
      guard var shape = arguments.known, let axis = arguments.integer("axis"),
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
      arguments.known.map { [PartialShape([$0.rank], contents: $0.dimensions)] }
    },
    "size": { _ in [[]] },
    "slice": { arguments in
      guard let shape = arguments.known, let sizes = arguments.sizes("size"), sizes.count == shape.rank,
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
      guard let shape = arguments.known else { return nil }
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
      guard let first = arguments.known, let second = arguments.keywords["b"]?.shape, !second.isUnknown,
        let count = arguments.integer("axes"), (0...min(first.rank, second.rank)).contains(count)
      else { return nil }
      return [PartialShape(first.dimensions.dropLast(count) + second.dimensions.dropFirst(count))]
    },
    "tile": { arguments in
      guard let shape = arguments.known, let counts = arguments.sizes("multiples"), counts.count == shape.rank
      else { return nil }
      return [
        PartialShape(
          zip(shape.dimensions, counts).map { size, count in
            size.flatMap { size in count.flatMap { CheckedSize.product([size, $0]) } }
          })
      ]
    },
    "transpose": { arguments in
      guard let shape = arguments.known else { return nil }
      guard let axes = arguments.sizes("perm") else { return [PartialShape(shape.dimensions.reversed())] }
      let order = axes.compactMap { $0.flatMap(shape.index(ofAxis:)) }
      guard order.sorted() == Array(0..<shape.rank) else { return nil }
      return [PartialShape(order.map { shape.dimensions[$0] })]
    },
    "unstack": { arguments in
      guard var shape = arguments.known, let axis = shape.index(ofAxis: arguments.integer("axis") ?? 0),
        let count = shape.dimensions[axis] ?? arguments.integer("num"), (0..<1 << 16).contains(count)
      else { return nil }
      let contents = shape.contents
      shape.dimensions.remove(at: axis)
      return (0..<count).map { index in
        PartialShape(
          shape.dimensions, contents: contents.map { [$0.indices.contains(index) ? $0[index] : nil] })
      }
    },
    "zeros": { $0.made },
  ]
}

extension TensorFlowArguments {
  /// The shape of the first tensor, if anything is known of it.
  fileprivate var known: PartialShape? { input.flatMap { $0.isUnknown ? nil : $0 } }

  /// What has the shape that the first argument, or `shape`, tells: one list, or its elements one by one.
  fileprivate var made: [PartialShape]? {
    if let sizes = sizes("shape") ?? (inputs.count == 1 ? inputs[0].sizes : nil) {
      return [PartialShape(sizes)]
    }
    return ShapeStructure.list(inputs).sizes.map { [PartialShape($0)] }
  }
}

// MARK: - Rules that need more than a line

extension TensorFlowFunction {
  @Sendable private static func broadcast(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    let operands = arguments.tensors
    guard let first = operands.first, !operands.contains(where: { $0.isUnknown }) else { return nil }
    return [operands.dropFirst().reduce(PartialShape(first.dimensions)) { broadcast($0, $1) }]
  }

  private static func broadcast(_ first: PartialShape, _ second: PartialShape) -> PartialShape {
    let (long, short) = first.rank >= second.rank ? (first, second) : (second, first)
    var result = PartialShape(long.dimensions)
    for (offset, size) in short.dimensions.reversed().enumerated() {
      let axis = long.rank - 1 - offset
      if result.dimensions[axis] == 1 || (result.dimensions[axis] == nil && size != 1) {
        result.dimensions[axis] = size
      }
    }
    return result
  }

  @Sendable private static func reduced(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.known else { return nil }
    let given = arguments.sizes("axis") ?? arguments.sizes("reduction_indices")
    let axes =
      given.map { $0.compactMap { $0.flatMap(input.index(ofAxis:)) } } ?? Array(input.dimensions.indices)
    return [input.reduced(along: axes, keeps: arguments.value("keepdims") == true)]
  }

  /// `reduce_prod`, also of sizes.
  @Sendable private static func product(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard var result = reduced(arguments)?.first else { return nil }
    if let sizes = arguments.known?.contents, result.rank == 0 {
      result.contents = [sizes.contains(nil) ? nil : CheckedSize.product(sizes.compactMap { $0 })]
    }
    return [result]
  }

  /// `argmax`, whose axis is the first unless it is given.
  @Sendable private static func reducedAlongOne(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.known, let axis = input.index(ofAxis: arguments.integer("axis") ?? 0) else {
      return nil
    }
    return [input.reduced(along: [axis], keeps: false)]
  }

  private static func reshaped(_ input: PartialShape?, _ sizes: [Int?]) -> PartialShape {
    let known = CheckedSize.product(sizes.compactMap { $0 }.filter { $0 != -1 })
    let total = input.flatMap { input in
      input.isUnknown || input.dimensions.contains(nil)
        ? nil : CheckedSize.product(input.dimensions.compactMap { $0 })
    }
    return PartialShape(
      sizes.map { size -> Int? in
        guard size == -1 else { return size }
        guard let known, let total, known > 0, !sizes.contains(nil) else { return nil }
        return total / known
      })
  }

  @Sendable private static func concatenated(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    let inputs = arguments.inputs.map(\.shape)
    guard var result = inputs.first, !inputs.contains(where: { $0.isUnknown }),
      let axis = arguments.integer("axis"), let index = result.index(ofAxis: axis),
      inputs.allSatisfy({ $0.rank == result.rank })
    else { return nil }
    let sizes = inputs.map { $0.dimensions[index] }
    result.dimensions[index] = sizes.contains(nil) ? nil : CheckedSize.sum(sizes.compactMap { $0 })
    let contents = inputs.compactMap(\.contents)
    return [
      PartialShape(
        result.dimensions,
        contents: result.rank == 1 && contents.count == inputs.count ? contents.flatMap { $0 } : nil)
    ]
  }

  @Sendable private static func multiplied(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let first = arguments.known,
      let second = arguments.keywords["b"]?.shape ?? arguments.inputs.last?.shape,
      !second.isUnknown, first.rank >= 2, second.rank >= 2
    else { return nil }
    let rows = first.dimensions[first.rank - (arguments.value("transpose_a") == true ? 1 : 2)]
    let columns = second.dimensions[second.rank - (arguments.value("transpose_b") == true ? 2 : 1)]
    let batch = broadcast(
      PartialShape(Array(first.dimensions.dropLast(2))), PartialShape(Array(second.dimensions.dropLast(2))))
    return [PartialShape(batch.dimensions + [rows, columns])]
  }

  @Sendable private static func gathered(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.known, let indices = arguments.keywords["indices"]?.shape, !indices.isUnknown,
      let axis = input.index(ofAxis: arguments.integer("axis") ?? 0),
      arguments.integer("batch_dims") ?? 0 == 0
    else { return nil }
    var dimensions = input.dimensions
    dimensions.replaceSubrange(axis...axis, with: indices.dimensions)
    let contents = input.contents.flatMap { sizes in
      indices.contents.map {
        $0.map { index in index.flatMap { sizes.indices.contains($0) ? sizes[$0] : nil } }
      }
    }
    return [PartialShape(dimensions, contents: dimensions.count <= 1 ? contents : nil)]
  }

  @Sendable private static func split(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.known, let axis = input.index(ofAxis: arguments.integer("axis") ?? 0),
      let value = arguments.value("num_or_size_splits")
    else { return nil }
    let size = input.dimensions[axis]
    let sizes: [Int?]
    if let count = value.wholeNumber {
      guard (1..<1 << 16).contains(count) else { return nil }
      sizes = Array(repeating: size.map { $0 / count }, count: count)
    } else {
      let given = value.arrayValue?.compactMap(\.wholeNumber) ?? []
      let rest = size.flatMap { size in
        CheckedSize.sum(given.filter { $0 >= 0 }).flatMap { CheckedSize.difference(size, $0) }
      }
      sizes = given.map { $0 >= 0 ? $0 : rest }
    }
    return sizes.map { size in
      var result = input
      result.dimensions[axis] = size
      return PartialShape(result.dimensions)
    }
  }

  /// `nn.conv2d` and poolings over images with channels last.
  private static func convolved(_ arguments: TensorFlowArguments, pools: Bool) -> [PartialShape]? {
    let format = arguments.value("data_format")?.stringValue ?? "NHWC"
    guard let input = arguments.known, input.rank == 4, format == "NHWC" else { return nil }
    let kernel = arguments.keywords["filters"]?.shape ?? arguments.keywords["filter"]?.shape
    guard
      let window = pools ? pair(arguments.sizes("ksize")) : kernel.map({ Array($0.dimensions.prefix(2)) }),
      window.count == 2, let strides = pair(arguments.sizes("strides"))
    else { return nil }
    let isSame = arguments.value("padding") == "SAME"
    let spatial = (0..<2).map { axis -> Int? in
      guard let size = input.dimensions[axis + 1], let stride = strides[axis], stride > 0,
        let reach = window[axis],
        reach > 0
      else { return nil }
      let last = isSame ? size - 1 : size - reach
      return last < 0 ? nil : last / stride + 1
    }
    return [PartialShape([input.batch] + spatial + [pools ? input.last : kernel?.last])]
  }

  /// A size for rows and columns: from one number, two, or four with the batch's and the channels'.
  private static func pair(_ sizes: [Int?]?) -> [Int?]? {
    switch sizes?.count {
    case 1?: sizes.map { $0 + $0 }
    case 2?: sizes
    case 4?: sizes.map { Array($0[1...2]) }
    default: nil
    }
  }

  private static func spaceAndDepth(
    _ arguments: TensorFlowArguments, _ resize: (Int, Int) -> Int?
  ) -> [PartialShape]? {
    guard let input = arguments.known, input.rank == 4, let block = arguments.integer("block_size"),
      block > 0,
      let area = CheckedSize.product([block, block])
    else { return nil }
    let grows = resize(block, block) != 1
    let channels = input.last.flatMap { grows ? $0 / area : CheckedSize.product([$0, area]) }
    let spatial = input.dimensions[1...2].map { $0.flatMap { resize($0, block) } }
    return [PartialShape([input.batch] + spatial + [channels])]
  }
}

// MARK: - Slices

extension TensorFlowFunction {
  /// What Python's `x[…]` returns, given its `slice_spec`.
  @Sendable private static func sliced(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.known, let given = arguments.keywords["slice_spec"] else { return nil }
    let elements: [ShapeStructure] =
      switch given {
      case .list(let list): list
      case .value(.array(let list)): list.map { .value($0) }
      default: [given]
      }
    return TensorFlowSlice.result(input, elements.map(TensorFlowSlice.Element.init)).map { [$0] }
  }
}

/// A slice along several axes, as Python and `StridedSlice` have it.
enum TensorFlowSlice {
  enum Element {
    case index(Int?)
    case range(start: Int?, stop: Int?, step: Int?, isKnown: Bool)
    case newAxis
    case ellipsis

    init(_ structure: ShapeStructure) {
      switch structure {
      case .dictionary(let members):
        let named = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
        if case .value("__ellipsis__")? = named["class_name"] {
          self = .ellipsis
          return
        }
        func bound(_ key: String) -> Int? { named[key]?.plainValue?.wholeNumber }
        let isKnown = ["start", "stop", "step"].allSatisfy { named[$0].map { $0.tensors.isEmpty } ?? true }
        self = .range(start: bound("start"), stop: bound("stop"), step: bound("step"), isKnown: isKnown)
      case .value(let value) where value.isNull: self = .newAxis
      case .value(let value) where value.objectValue != nil:
        let members = value.objectValue?.members ?? []
        self.init(.dictionary(members.map { ($0.key, .value($0.value)) }))
      case .value(let value): self = .index(value.wholeNumber)
      case .tensor, .list: self = .index(nil)
      }
    }
  }

  static func result(_ input: PartialShape, _ elements: [Element]) -> PartialShape? {
    var dimensions: [Int?] = []
    var axis = 0
    var contents = input.contents
    let used = elements.count {
      switch $0 {
      case .index, .range: true
      case .newAxis, .ellipsis: false
      }
    }
    guard used <= input.rank else { return nil }
    for element in elements {
      switch element {
      case .newAxis: dimensions.append(1)
      case .ellipsis:
        dimensions += input.dimensions[axis..<axis + input.rank - used]
        axis += input.rank - used
      case .index(let index):
        contents = contents.map { values in [index.flatMap { value(values, at: $0) }] }
        axis += 1
      case .range(let start, let stop, let step, let isKnown):
        let size = input.dimensions[axis]
        let indices = size.flatMap { isKnown ? Self.indices($0, start, stop, step) : nil }
        dimensions.append(isFull(start, stop, step) ? size : indices?.count)
        contents = contents.flatMap { values in
          indices.map { $0.map { values.indices.contains($0) ? values[$0] : nil } }
        }
        axis += 1
      }
    }
    guard axis <= input.rank else { return nil }
    let rest = Array(input.dimensions[axis...])
    return PartialShape(dimensions + rest, contents: dimensions.count + rest.count <= 1 ? contents : nil)

    func value(_ values: [Int?], at index: Int) -> Int? {
      let place = index < 0 ? index + values.count : index
      return values.indices.contains(place) ? values[place] : nil
    }
  }

  private static func isFull(_ start: Int?, _ stop: Int?, _ step: Int?) -> Bool {
    start == nil && stop == nil && (step == nil || step == 1 || step == -1)
  }

  /// The indices that Python's `slice(start, stop, step)` picks out of so many; `nil` for a step of zero or too many.
  private static func indices(_ count: Int, _ start: Int?, _ stop: Int?, _ step: Int?) -> [Int]? {
    let step = step ?? 1
    guard step != 0, step > -(1 << 30), step < 1 << 30, count < 1 << 30 else { return nil }
    func clamp(_ bound: Int?, _ fallback: Int, _ limits: ClosedRange<Int>) -> Int {
      guard let bound else { return fallback }
      let shifted = bound < 0 ? max(bound, -count - 1) + count : min(bound, count)
      return min(max(shifted, limits.lowerBound), limits.upperBound)
    }
    if step > 0 {
      return Array(stride(from: clamp(start, 0, 0...count), to: clamp(stop, count, 0...count), by: step))
    }
    let limits = -1...max(-1, count - 1)
    return Array(stride(from: clamp(start, count - 1, limits), to: clamp(stop, -1, limits), by: step))
  }
}

extension PartialShape {
  fileprivate func reduced(along axes: [Int], keeps: Bool) -> PartialShape {
    guard !keeps else {
      return PartialShape(dimensions.indices.map { axes.contains($0) ? 1 : dimensions[$0] })
    }
    return PartialShape(dimensions.indices.filter { !axes.contains($0) }.map { dimensions[$0] })
  }
}
