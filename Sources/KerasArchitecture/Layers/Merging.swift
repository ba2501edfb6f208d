import SignalGraph

/// `Add` and its relatives: element by element, sizes of one stretched.
struct ElementwiseMerge: LayerKind {
  static let classNames = ["Add", "Subtract", "Maximum", "Minimum"]

  private let isSum: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    isSum = ["Add", "Subtract"].contains(config.className)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.broadcastInputs()]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [isSum ? .add : .extremum] }
}

/// `Average`.
struct AveragingMerge: LayerKind {
  static let classNames = ["Average"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.broadcastInputs()]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.average] }
}

/// `Multiply`.
struct MultiplyingMerge: LayerKind {
  static let classNames = ["Multiply"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.broadcastInputs()]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.multiply(repeats: call.repeats)] }
}

/// `Concatenate` along one axis.
struct Concatenate: LayerKind {
  static let classNames = ["Concatenate"]

  private let axis: Int

  init(_ config: LayerConfig) throws(ArchitectureError) { axis = try config.integer("axis", default: -1) }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let inputs = try call.mergeInputs()
    var result = inputs[0]
    guard let axis = result.index(ofAxis: axis) else {
      throw call.error("there is no axis \(self.axis) in the input's shape \(result)")
    }
    for input in inputs.dropFirst() {
      guard input.rank == result.rank else { throw call.mismatch(inputs) }
      for index in result.dimensions.indices where index != axis {
        guard let ours = result.dimensions[index] else {
          result.dimensions[index] = input.dimensions[index]
          continue
        }
        guard input.dimensions[index] == nil || input.dimensions[index] == ours else {
          throw call.mismatch(inputs)
        }
      }
    }
    let sizes = inputs.compactMap { $0.dimensions[axis] }
    let total = CheckedSize.sum(sizes)
    guard total != nil else { throw call.error("the concatenated inputs are too large") }
    result.dimensions[axis] = sizes.count == inputs.count ? total : nil
    return [result]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    let inputs = (try? call.mergeInputs()) ?? []
    let sizes = inputs.compactMap { input in input.index(ofAxis: axis).flatMap { input.dimensions[$0] } }
    return [.concatenate(sizes: sizes.count == inputs.count ? sizes : [])]
  }
}

/// `Dot`: one axis of each of two inputs is contracted.
struct Dot: LayerKind {
  static let classNames = ["Dot"]

  private let axes: [Int]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let axes = try config.integers("axes")
    guard axes.count == 1 || axes.count == 2 else { throw config.error("axes", expected: "one or two axes") }
    self.axes = axes.count == 1 ? [axes[0], axes[0]] : axes
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let inputs = try call.mergeInputs()
    guard inputs.count == 2, let first = inputs[0].index(ofAxis: axes[0]),
      let second = inputs[1].index(ofAxis: axes[1]), first > 0, second > 0
    else { throw call.error("expected two inputs with the axes \(axes)") }
    if let one = inputs[0].dimensions[first], let other = inputs[1].dimensions[second], one != other {
      throw call.mismatch(inputs)
    }
    var (left, right) = (inputs[0].dimensions, inputs[1].dimensions)
    left.remove(at: first)
    right.remove(at: second)
    let result = left + right.dropFirst()
    return [PartialShape(result.count == 1 ? result + [1] : result)]
  }
}

extension LayerCall {
  fileprivate func mergeInputs() throws(ArchitectureError) -> [PartialShape] {
    // An operation of the same name has its operands side by side, and one of them may be a number. The `.h5` files of
    // Keras 3 tell the two apart by nothing else.
    if positional.count > 1 {
      let operands = positional.flatMap(\.tensors)
      if !operands.isEmpty { return operands }
    }
    guard inputs.count >= 2 else { throw error("expected two or more inputs; found \(inputs.count)") }
    return inputs
  }

  /// How often each input is repeated along axes where others are longer; empty where that is not known.
  var repeats: [Int] {
    guard let inputs = try? mergeInputs(), let result = try? broadcastInputs() else { return [] }
    func size(_ shape: PartialShape) -> Int? {
      let sizes = shape.dimensions.dropFirst().compactMap { $0 }
      return sizes.count == shape.rank - 1 ? CheckedSize.product(sizes) : nil
    }
    guard let whole = size(result) else { return [] }
    let repeats = inputs.compactMap { size($0).map { whole / max($0, 1) } }
    return repeats.count == inputs.count ? repeats : []
  }

  fileprivate func mismatch(_ inputs: [PartialShape]) -> ArchitectureError {
    error("the inputs' shapes do not fit: \(inputs.map(\.description).joined(separator: ", "))")
  }

  /// The shape of an elementwise result: the batch apart, the other axes aligned at the end.
  fileprivate func broadcastInputs() throws(ArchitectureError) -> PartialShape {
    let inputs = try mergeInputs()
    let batches = Set(inputs.compactMap(\.batch))
    guard batches.count <= 1 else { throw mismatch(inputs) }
    var result = Array(inputs[0].dimensions.dropFirst())
    for input in inputs.dropFirst() {
      var other = Array(input.dimensions.dropFirst())
      let rank = max(result.count, other.count)
      result.insert(contentsOf: Array(repeating: 1, count: rank - result.count), at: 0)
      other.insert(contentsOf: Array(repeating: 1, count: rank - other.count), at: 0)
      for axis in result.indices {
        switch (result[axis], other[axis]) {
        case (1, let size): result[axis] = size
        case (_, 1): break
        case (nil, _), (_, nil): result[axis] = nil
        case (let one, let two): guard one == two else { throw mismatch(inputs) }
        }
      }
    }
    return PartialShape([batches.first] + result)
  }
}
