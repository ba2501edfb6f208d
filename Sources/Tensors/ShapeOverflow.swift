package import Failures

/// A shape with more elements, or more bytes, than can be addressed.
package struct ShapeOverflow: Failure, Hashable {
  package let shape: Shape

  package var kind: FailureKind { .unsupported }
  package var place: String? { nil }
  package var reason: String { "the shape \(shape) has more elements than can be addressed" }
}
