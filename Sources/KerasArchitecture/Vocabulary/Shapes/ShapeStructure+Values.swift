import OrderedJSON

extension ShapeStructure {
  /// The value, if no tensor is in it; `nil` also for null.
  var plainValue: JSONValue? {
    switch self {
    case .value(let value): return value.isNull ? nil : value
    case .list(let elements):
      let values = elements.compactMap(\.plainValue)
      return values.count == elements.count ? .array(values) : nil
    case .tensor, .dictionary: return nil
    }
  }

  /// The numbers in it, as far as they are known.
  var sizes: [Int?]? {
    switch self {
    case .value(let value):
      if let number = value.wholeNumber { return [number] }
      guard let list = value.arrayValue else { return nil }
      return list.map(\.wholeNumber)
    case .list(let elements):
      return elements.map { element in element.sizes.flatMap { $0.count == 1 ? $0[0] : nil } }
    case .tensor(let shape):
      if let contents = shape.contents { return contents }
      guard !shape.isUnknown, shape.rank <= 1 else { return nil }
      guard let count = shape.rank == 0 ? 1 : shape.dimensions[0], count < 64 else { return nil }
      return Array(repeating: nil, count: count)
    case .dictionary: return nil
    }
  }

  /// The shape as an operand: of a plain value, that of its nested lists.
  var shape: PartialShape {
    switch self {
    case .tensor(let shape): return shape
    case .value(let value):
      guard let sizes = value.nestedSizes else { return .unknown }
      return PartialShape(sizes, contents: sizes.count <= 1 ? self.sizes : nil)
    case .list(let elements):
      guard let first = elements.first?.shape, !first.isUnknown else { return .unknown }
      return PartialShape([elements.count] + first.dimensions, contents: first.rank == 0 ? sizes : nil)
    case .dictionary: return .unknown
    }
  }
}

extension JSONValue {
  /// The sizes of nested lists of numbers; empty for a number.
  var nestedSizes: [Int]? {
    guard let elements = arrayValue else { return doubleValue != nil || boolValue != nil ? [] : nil }
    guard let first = elements.first else { return [0] }
    return first.nestedSizes.map { [elements.count] + $0 }
  }
}
