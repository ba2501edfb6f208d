import Tensors

/// Where the bytes of a tensor lie in a file.
struct Extent: Sendable, Hashable {
  let source: Int
  let spec: TensorSpec
  let offset: UInt64
}
