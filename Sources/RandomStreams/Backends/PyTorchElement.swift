/// What differs between the element types of a stream.
protocol PyTorchElement: Sendable {
  associatedtype Real: PyTorchReal
  associatedtype Stored
  /// Whether the last, incomplete block of normals takes the words that follow the complete ones, rather than
  /// those that follow the whole tensor's.
  var tailFollowsBlocks: Bool { get }
  /// Rounds to the element's type.
  func round(_ value: Real) -> Real
  /// A uniform of [0, 1) in the element's type.
  func unit(_ value: Real) -> Real
  func stored(_ value: Real) -> Stored
}

struct PyTorchSingle: PyTorchElement {
  let tailFollowsBlocks = false
  func round(_ value: Float) -> Float { value }
  func unit(_ value: Float) -> Float { value }
  func stored(_ value: Float) -> Float { value }
}

struct PyTorchDouble: PyTorchElement {
  let tailFollowsBlocks = false
  func round(_ value: Double) -> Double { value }
  func unit(_ value: Double) -> Double { value }
  func stored(_ value: Double) -> Double { value }
}

struct PyTorchHalf<Format: HalfFormat>: PyTorchElement {
  let tailFollowsBlocks = true
  func round(_ value: Float) -> Float { Format.round(value) }
  /// What rounds up to 1 becomes 0.
  func unit(_ value: Float) -> Float {
    let rounded = Format.round(value)
    return rounded == 1 ? 0 : rounded
  }
  func stored(_ value: Float) -> UInt16 { Format.encode(value) }
}
