import Tensors

/// The float32 numbers that a uniform initializer can draw: TensorFlow and JAX make them of 23 random bits,
/// PyTorch of 24.
///
/// Between two of them lie other float32 numbers, sixteen or more near zero: weights that an optimizer has
/// moved are among those, however little they moved.
struct UniformGrid {
  private let lower, width: Float

  /// - Returns: `nil` if a tensor is not declared to be uniform in float32 around zero.
  init?(of tensor: AuditedTensor) {
    guard tensor.spec.dtype == .float32, let expectation = tensor.declaration?.expectations.first,
      expectation.family == .uniform, let support = expectation.support,
      support.lowerBound == -support.upperBound
    else { return nil }
    lower = Float(support.lowerBound)
    width = Float(support.upperBound) - lower
  }

  /// Whether values are on the grid, nearly all of them.
  func holds(_ sample: [Double]) -> Bool {
    let small = sample.map { Float($0) }.filter { abs($0) < width / 8 }
    guard small.count >= 8, width > 0 else { return true }
    return [23, 24].contains { bits in
      let steps = Float(sign: .plus, exponent: bits, significand: 1)
      let found = small.filter { value in
        let place = ((value - lower) / width * steps).rounded()
        return (-2...2).contains { offset in
          let fraction = (place + Float(offset)) / steps
          return fraction * width + lower == value || lower.addingProduct(fraction, width) == value
        }
      }
      return found.count * 10 >= small.count * 9
    }
  }
}
