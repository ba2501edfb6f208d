import OrderedJSON
import SignalGraph
import Tensors

/// The effects on signals of functions that are not layers: of `keras.ops` and of TensorFlow.
struct FunctionSignals {
  /// The name in snake case and without a package.
  let name: String
  /// Tensors and numbers.
  let operands: [ShapeStructure]
  /// The value of a setting, by its name.
  let setting: (String) -> JSONValue?

  /// The rule of a function: what it does, or `nil` if that is not known.
  private typealias Rule = @Sendable (FunctionSignals) -> [SignalOperation]?

  private static let rules: [String: Rule] = [
    "matmul": \.product,
    "batch_matmul": \.product,
    "einsum": { call in
      let tensors = call.tensors
      let equation = call.setting("subscripts") ?? call.setting("equation") ?? call.operands.first?.plainValue
      guard let equation = equation?.stringValue, tensors.count == 2 else { return nil }
      return Contraction(equation: equation, tensors[0], tensors[1]).map { [.contraction($0)] }
    },
    "mean": { $0.reduced(isSum: false) },
    "reduce_mean": { $0.reduced(isSum: false) },
    "sum": { $0.reduced(isSum: true) },
    "reduce_sum": { $0.reduced(isSum: true) },
    "max": \.largest,
    "reduce_max": \.largest,
    "softmax": { [.activation(.softmax(units: $0.tensors.first?.last))] },
    "normalize": \.unitLength,
    "l2_normalize": \.unitLength,
    "maximum": { $0.tensors.count == 2 ? [.extremum] : nil },
    "minimum": { $0.tensors.count == 2 ? [.extremum] : nil },
    "concatenate": \.joined,
    "concat": \.joined,
    "stack": { [.concatenate(sizes: $0.tensors.map { _ in 1 })] },
    "pow": \.squared,
    "power": \.squared,
    "clip": { call in call.number("x_min").flatMap { low in call.number("x_max").map { [.clip(low, $0)] } } },
    "clip_by_value": { call in
      call.number("clip_value_min").flatMap { low in call.number("clip_value_max").map { [.clip(low, $0)] } }
    },
    "get_item": { _ in [.passThrough] },
    "split": { _ in [.passThrough] },
    "take": { _ in [.passThrough] },
    "repeat": { _ in [.passThrough] },
    "tile": { _ in [.passThrough] },
    "flip": { _ in [.passThrough] },
    "roll": { _ in [.passThrough] },
    "pad": { _ in [.passThrough] },
    "broadcast_to": { _ in [.passThrough] },
  ]

  /// Functions that are flat wherever they are smooth; of `stop_gradient` it is meant.
  private static let gradientFree: Set<String> = [
    "argmax", "argmin", "argsort", "bincount", "ceil", "digitize", "equal", "floor", "greater",
    "greater_equal", "isfinite", "isinf", "isnan", "less", "less_equal", "logical_and", "logical_not",
    "logical_or", "logical_xor", "not_equal", "one_hot", "round", "searchsorted", "sign", "trunc",
  ]

  /// The steps of the function; opaque if it is not known.
  var operations: [SignalOperation] {
    if let rule = Self.rules[name] { return rule(self) ?? [.opaque] }
    if Self.gradientFree.contains(name) || castsToIntegers { return [.gradientFree] }
    return [ElementwiseFunction.signal(name, operands)]
  }

  private var castsToIntegers: Bool {
    guard name == "cast", let type = setting("dtype")?.stringValue else { return false }
    return type.hasPrefix("int") || type.hasPrefix("uint") || type == "bool"
  }

  private var tensors: [PartialShape] { operands.flatMap(\.tensors) }

  private func number(_ key: String) -> Double? { setting(key)?.doubleValue }

  private func flag(_ keys: String...) -> Bool { keys.contains { setting($0)?.boolValue == true } }

  /// The axes of a reduction, counted from the front; `nil` if they are not known or the batch is one.
  private func axes(of input: PartialShape) -> Set<Int>? {
    guard let given = setting("axis") ?? setting("axes"), !input.isUnknown else { return nil }
    let numbers = given.arrayValue?.map(\.wholeNumber) ?? [given.wholeNumber]
    var result: Set<Int> = []
    for number in numbers {
      guard let number, let index = input.index(ofAxis: number), index > 0 else { return nil }
      result.insert(index)
    }
    return result.isEmpty ? nil : result
  }

  /// The number of positions that axes have together.
  private static func count(_ axes: some Sequence<Int>, of input: PartialShape) -> Int? {
    let sizes = axes.map { input.dimensions[$0] }
    let known = sizes.compactMap(\.self)
    return known.count == sizes.count ? CheckedSize.product(known).flatMap { $0 > 0 ? $0 : nil } : nil
  }

  private func reduced(isSum: Bool) -> [SignalOperation]? {
    guard let input = tensors.first, let axes = axes(of: input), let count = Self.count(axes, of: input)
    else {
      return nil
    }
    let places = axes.filter { $0 != input.rank - 1 }
    var result: [SignalOperation] = []
    if axes.contains(input.rank - 1), let units = input.last { result.append(.unitMean(count: units)) }
    if !places.isEmpty, let positions = Self.count(places, of: input) {
      let isGlobal = places.count == input.rank - 2
      result.append(
        .meanPool(
          isGlobal ? PoolingWindow(global: positions) : PoolingWindow(count: positions, stride: positions)))
    }
    return isSum ? result + [.affine(scale: Double(count), offset: 0)] : result
  }

  private var largest: [SignalOperation]? {
    guard let input = tensors.first, let axes = axes(of: input), !axes.contains(input.rank - 1),
      let count = Self.count(axes, of: input)
    else { return nil }
    let isGlobal = axes.count == input.rank - 2
    return [.maxPool(isGlobal ? PoolingWindow(global: count) : PoolingWindow(count: count, stride: count))]
  }

  private var product: [SignalOperation]? {
    guard tensors.count == 2 else { return nil }
    let transposes = (flag("transpose_a", "adjoint_a", "adj_x"), flag("transpose_b", "adjoint_b", "adj_y"))
    return Contraction(matrices: tensors[0], tensors[1], transposes: transposes).map { [.contraction($0)] }
  }

  private var unitLength: [SignalOperation]? {
    guard let input = tensors.first, let size = input.last, size > 0,
      axes(of: input) == [input.rank - 1], setting("order")?.doubleValue ?? 2 == 2
    else { return nil }
    return [.normalization(Normalization(.unitLength(size)))]
  }

  private var joined: [SignalOperation]? {
    let axis = setting("axis")?.wholeNumber ?? -1
    let sizes = tensors.compactMap { input in input.index(ofAxis: axis).flatMap { input.dimensions[$0] } }
    return [.concatenate(sizes: sizes.count == tensors.count ? sizes : [])]
  }

  private var squared: [SignalOperation]? {
    guard tensors.count == 1, case .tensor? = operands.first else { return nil }
    let exponent = operands.dropFirst().first?.plainValue?.doubleValue
    return exponent == 2 ? [.activation(.square)] : exponent == 1 ? [.passThrough] : nil
  }
}

extension SignalOperation {
  fileprivate static func clip(_ low: Double, _ high: Double) -> SignalOperation {
    .activation(.clipped(from: low, to: high))
  }
}
