package import Failures
package import OrderedJSON
import Text

/// A layer and its place in the document, named by every error about it.
package struct LayerPlace: Sendable, Hashable {
  package let pointer: JSONPointer
  package let name: String
  package let className: String

  package init(pointer: JSONPointer, name: String, className: String) {
    self.pointer = pointer
    self.name = name
    self.className = className
  }

  /// An error about the layer.
  ///
  /// - Parameters:
  ///   - reason: what is wrong and what was expected.
  ///   - pointer: the place in the document, if that is not the layer's own.
  ///   - kind: the kind of failure.
  /// - Returns: the error, which names the layer and the place.
  package func error(
    _ reason: String, at pointer: JSONPointer? = nil, kind: FailureKind = .malformed
  ) -> ArchitectureError {
    ArchitectureError(
      at: pointer ?? self.pointer, layer: "\"\(name.clipped)\" (\(className.clipped))", reason, kind: kind)
  }
}
