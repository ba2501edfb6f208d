internal import HDF5

extension HDF5Group {
  /// A list of names in one attribute, or in numbered ones: `layer_names0`, `layer_names1` …
  func names(_ attribute: String) throws(HDF5Error) -> [String]? {
    if let value = try self.attribute(attribute) { return try names(value, attribute) }
    var all: [String] = []
    var count = 0
    while let value = try self.attribute("\(attribute)\(count)") {
      all += try names(value, attribute)
      count += 1
    }
    return count == 0 ? nil : all
  }

  private func names(_ value: HDF5AttributeValue, _ attribute: String) throws(HDF5Error) -> [String] {
    switch value {
    case .strings(let strings, _): return strings
    case .string(let string): return [string]
    case .empty: return []
    // An empty list is an empty array of some other type.
    case .floats(let values, _) where values.isEmpty: return []
    case .integers(let values, _) where values.isEmpty: return []
    case .floats, .integers, .unsupported:
      throw failure("read the attribute `\(attribute)` of", "it is not a list of names")
    }
  }

  /// A scalar whole number.
  func step(_ path: String) throws(HDF5Error) -> Int? {
    guard try objectKind(path) == .dataset else { return nil }
    let dataset = try openDataset(path)
    guard case .integer = dataset.elementType, dataset.shape == [] || dataset.shape == [1] else { return nil }
    return try dataset.read(as: Int64.self).first.map { Int($0) }
  }

  /// `dense`, `dense_1`, `dense_2`, `dense_10`; `0`, `1`, `10`; anything else by its letters.
  static func inNumericOrder(_ one: String, _ other: String) -> Bool {
    let (first, second) = (split(one), split(other))
    return (first.stem, first.number, one) < (second.stem, second.number, other)
  }

  private static func split(_ name: String) -> (stem: String, number: Int) {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
    let stem = String(name.dropLast(digits.count))
    guard stem.isEmpty || stem.hasSuffix("_"), let number = Int(String(digits.reversed())) else {
      return (name + "_", -1)
    }
    return (stem, number)
  }
}
