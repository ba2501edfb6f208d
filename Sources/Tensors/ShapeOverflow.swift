package import Failures

/// A shape with more bytes than a tensor may have, or with a negative size.
package struct ShapeOverflow: Failure, Hashable {
  package let shape: Shape

  package var kind: FailureKind { .unsupported }
  package var place: String? { nil }
  package var reason: String {
    shape.dimensions.contains { $0 < 0 }
      ? "the shape \(shape) has a negative size"
      : "the shape \(shape) has more elements than can be addressed; expected at most 2^56 bytes"
  }
}
