import OrderedJSON

/// Numbers in nested lists of equal lengths.
struct ConstantArray: Sendable {
  let sizes: [Int]
  let values: [Double]

  init?(_ value: JSONValue) {
    if let number = value.doubleValue {
      (sizes, values) = ([], [number])
      return
    }
    guard let elements = value.arrayValue, !elements.isEmpty else { return nil }
    let parts = elements.compactMap { ConstantArray($0) }
    guard parts.count == elements.count, parts.allSatisfy({ $0.sizes == parts[0].sizes }) else { return nil }
    sizes = [parts.count] + parts[0].sizes
    values = parts.flatMap(\.values)
  }

  /// NumPy's rule: aligned at the end, every size is the target's or one.
  func isBroadcastable(to target: [Int]) -> Bool {
    sizes.count <= target.count && zip(sizes.reversed(), target.reversed()).allSatisfy { $0 == $1 || $0 == 1 }
  }
}
