import OrderedJSON
import Tensors

/// The rules that need more than a few lines.
extension TensorFlowFunction {
  @Sendable static func broadcast(_ arguments: TensorFlowArguments) -> [PartialShape]? {
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

  @Sendable static func reduced(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.knownInput else { return nil }
    let given = arguments.sizes("axis") ?? arguments.sizes("reduction_indices")
    let axes =
      given.map { $0.compactMap { $0.flatMap(input.index(ofAxis:)) } } ?? Array(input.dimensions.indices)
    return [input.reduced(along: axes, keeps: arguments.value("keepdims") == true)]
  }

  /// `reduce_prod`, whose input may be a vector of sizes.
  @Sendable static func product(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard var result = reduced(arguments)?.first else { return nil }
    if let sizes = arguments.knownInput?.contents, result.rank == 0 {
      result.contents = [sizes.contains(nil) ? nil : CheckedSize.product(sizes.compactMap { $0 })]
    }
    return [result]
  }

  /// `argmax` and `argmin`, whose axis defaults to the first.
  @Sendable static func reducedAlongOne(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.knownInput, let axis = input.index(ofAxis: arguments.integer("axis") ?? 0)
    else {
      return nil
    }
    return [input.reduced(along: [axis], keeps: false)]
  }

  static func reshaped(_ input: PartialShape?, _ sizes: [Int?]) -> PartialShape {
    let known = CheckedSize.product(sizes.compactMap { $0 }.filter { $0 != -1 })
    let total = input.flatMap { input in
      input.isUnknown || input.dimensions.contains(nil)
        ? nil : CheckedSize.product(input.dimensions.compactMap { $0 })
    }
    return PartialShape(
      sizes.map { size -> Int? in
        guard size == -1 else { return size }
        guard let known, known > 0, !sizes.contains(nil) else { return nil }
        return CheckedSize(total).divided(by: known).value
      })
  }

  @Sendable static func concatenated(_ arguments: TensorFlowArguments) -> [PartialShape]? {
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

  @Sendable static func multiplied(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let first = arguments.knownInput,
      let second = arguments.keywords["b"]?.shape ?? arguments.inputs.last?.shape,
      !second.isUnknown, first.rank >= 2, second.rank >= 2
    else { return nil }
    let rows = first.dimensions[first.rank - (arguments.value("transpose_a") == true ? 1 : 2)]
    let columns = second.dimensions[second.rank - (arguments.value("transpose_b") == true ? 2 : 1)]
    let batch = broadcast(
      PartialShape(Array(first.dimensions.dropLast(2))), PartialShape(Array(second.dimensions.dropLast(2))))
    return [PartialShape(batch.dimensions + [rows, columns])]
  }

  @Sendable static func gathered(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.knownInput, let indices = arguments.keywords["indices"]?.shape,
      !indices.isUnknown,
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

  @Sendable static func split(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.knownInput, let axis = input.index(ofAxis: arguments.integer("axis") ?? 0),
      let value = arguments.value("num_or_size_splits")
    else { return nil }
    let size = input.dimensions[axis]
    let sizes: [Int?]
    if let count = value.wholeNumber {
      guard (1...resultLimit).contains(count) else { return nil }
      sizes = Array(repeating: CheckedSize(size).divided(by: count).value, count: count)
    } else {
      let given = value.arrayValue?.compactMap(\.wholeNumber) ?? []
      let rest = size.flatMap { size in
        CheckedSize.sum(given.filter { $0 >= 0 }).flatMap { CheckedSize.difference(size, $0) }
      }
      // One size may be -1: the rest.
      if let rest, given.contains(where: { $0 < 0 }) ? rest < 0 : rest != 0 { return nil }
      sizes = given.map { $0 >= 0 ? $0 : rest }
    }
    guard sizes.count <= resultLimit else { return nil }
    return sizes.map { size in
      var result = input
      result.dimensions[axis] = size
      return PartialShape(result.dimensions)
    }
  }

  /// `nn.conv2d` and pooling functions over images with channels last.
  static func convolved(_ arguments: TensorFlowArguments, pools: Bool) -> [PartialShape]? {
    let format = arguments.value("data_format")?.stringValue ?? "NHWC"
    guard let input = arguments.knownInput, input.rank == 4, format == "NHWC" else { return nil }
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
      guard let last = CheckedSize(size).minus(isSame ? 1 : reach).value, last >= 0 else { return nil }
      return CheckedSize(last).divided(by: stride).plus(1).value
    }
    return [PartialShape([input.batch] + spatial + [pools ? input.last : kernel?.last])]
  }

  /// A size each for rows and columns: from one number, two, or four that include the batch and the channels.
  private static func pair(_ sizes: [Int?]?) -> [Int?]? {
    switch sizes?.count {
    case 1?: sizes.map { $0 + $0 }
    case 2?: sizes
    case 4?: sizes.map { Array($0[1...2]) }
    default: nil
    }
  }

  static func spaceAndDepth(
    _ arguments: TensorFlowArguments, _ resize: (Int, Int) -> Int?
  ) -> [PartialShape]? {
    guard let input = arguments.knownInput, input.rank == 4, let block = arguments.integer("block_size"),
      block > 0,
      let area = CheckedSize.product([block, block])
    else { return nil }
    let grows = resize(block, block) != 1
    let old = CheckedSize(input.last)
    let channels = (grows ? old.divided(by: area) : old.times(area)).value
    let spatial = input.dimensions[1...2].map { $0.flatMap { resize($0, block) } }
    return [PartialShape([input.batch] + spatial + [channels])]
  }
}

extension PartialShape {
  func reduced(along axes: [Int], keeps: Bool) -> PartialShape {
    guard !keeps else {
      return PartialShape(dimensions.indices.map { axes.contains($0) ? 1 : dimensions[$0] })
    }
    return PartialShape(dimensions.indices.filter { !axes.contains($0) }.map { dimensions[$0] })
  }
}
