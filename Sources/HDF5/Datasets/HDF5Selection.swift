/// A box of elements: for each dimension, the first index and how many.
public struct HDF5Selection: Sendable, Hashable {
  public let start: [Int]
  public let count: [Int]

  public init(start: [Int], count: [Int]) {
    self.start = start
    self.count = count
  }
}
