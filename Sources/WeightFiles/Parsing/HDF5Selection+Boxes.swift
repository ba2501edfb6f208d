internal import HDF5

extension HDF5Selection {
  /// The boxes that together are a run of elements in row-major order, in their order; a scalar is one box of
  /// everything.
  static func boxes(of range: Range<Int>, in shape: [Int]) -> [HDF5Selection?] {
    guard let rows = shape.first, !range.isEmpty, rows > 0 else { return range.isEmpty ? [] : [nil] }
    let inner = Array(shape.dropFirst())
    let size = inner.reduce(1, *)
    guard size > 1 else {
      return [HDF5Selection(start: [range.lowerBound] + inner.map { _ in 0 }, count: [range.count] + inner)]
    }
    func inRow(_ row: Int, _ part: Range<Int>) -> [HDF5Selection?] {
      boxes(of: part, in: inner).map { box in
        HDF5Selection(start: [row] + (box?.start ?? []), count: [1] + (box?.count ?? []))
      }
    }
    let (first, head) = range.lowerBound.quotientAndRemainder(dividingBy: size)
    let (last, tail) = range.upperBound.quotientAndRemainder(dividingBy: size)
    if first == last { return inRow(first, head..<tail) }
    var result: [HDF5Selection?] = head == 0 ? [] : inRow(first, head..<size)
    let whole = (head == 0 ? first : first + 1)..<last
    if !whole.isEmpty {
      result.append(
        HDF5Selection(start: [whole.lowerBound] + inner.map { _ in 0 }, count: [whole.count] + inner))
    }
    return tail == 0 ? result : result + inRow(last, 0..<tail)
  }
}
