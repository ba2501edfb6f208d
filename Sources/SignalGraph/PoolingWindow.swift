/// A pooling window, which is reduced to one value.
package struct PoolingWindow: Sendable, Hashable {
  /// The number of positions in the window.
  package let count: Int
  /// The number of positions in one stride.
  package let stride: Int
  /// Whether it covers all positions, so that one is left.
  package let isGlobal: Bool

  package init(count: Int, stride: Int) {
    self.count = count
    self.stride = stride
    isGlobal = false
  }

  /// A window over all positions.
  package init(global count: Int) {
    self.count = count
    stride = count
    isGlobal = true
  }
}
