import OrderedJSON
import Tensors

extension TensorFlowFunction {
  /// The result of Python's `x[…]`, given its `slice_spec`.
  @Sendable static func sliced(_ arguments: TensorFlowArguments) -> [PartialShape]? {
    guard let input = arguments.knownInput, let given = arguments.keywords["slice_spec"] else { return nil }
    let elements: [ShapeStructure] =
      switch given {
      case .list(let list): list
      case .value(.array(let list)): list.map { .value($0) }
      default: [given]
      }
    return TensorFlowSlice.result(input, elements.map(TensorFlowSlice.Element.init)).map { [$0] }
  }
}

/// A slice along several axes, as in Python and `StridedSlice`.
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
    let ellipses = elements.count { if case .ellipsis = $0 { true } else { false } }
    guard used <= input.rank, ellipses <= 1 else { return nil }
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
        contents = contents.flatMap { values in indices?.pick(values) }
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

  /// The indices that Python's `slice(start, stop, step)` selects out of `count`; `nil` for a step of zero.
  private static func indices(_ count: Int, _ start: Int?, _ stop: Int?, _ step: Int?) -> StrideIndices? {
    let step = step ?? 1
    guard step != 0, step > Int32.min, step < Int32.max, (0...Int(Int32.max)).contains(count) else {
      return nil
    }
    func clamp(_ bound: Int?, _ fallback: Int, _ limits: ClosedRange<Int>) -> Int {
      guard let bound else { return fallback }
      let shifted = bound < 0 ? max(bound, -count - 1) + count : min(bound, count)
      return min(max(shifted, limits.lowerBound), limits.upperBound)
    }
    if step > 0 {
      return StrideIndices(start: clamp(start, 0, 0...count), stop: clamp(stop, count, 0...count), step: step)
    }
    let limits = -1...max(-1, count - 1)
    return StrideIndices(start: clamp(start, count - 1, limits), stop: clamp(stop, -1, limits), step: step)
  }

  /// Indices at equal distances, computed on demand.
  private struct StrideIndices {
    let start, stop, step: Int

    var count: Int {
      let distance = step > 0 ? stop - start : start - stop
      return distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
    }

    func pick(_ values: [Int?]) -> [Int?] {
      stride(from: start, to: stop, by: step).map { values.indices.contains($0) ? values[$0] : nil }
    }
  }
}
