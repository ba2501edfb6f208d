package import Failures
package import OrderedJSON

/// The reason why an architecture cannot be read, with its place in the document.
package struct ArchitectureError: Failure, Hashable {
  package let kind: FailureKind
  /// The place in the document; for a line and column see `JSONParser.locate`.
  package let pointer: JSONPointer
  /// The layer concerned, as `"conv2d_1" (Conv2D)`.
  package let layer: String?
  /// What is wrong and what was expected.
  package let reason: String

  package init(
    at pointer: JSONPointer, layer: String? = nil, _ reason: String, kind: FailureKind = .malformed
  ) {
    self.kind = kind
    self.pointer = pointer
    self.layer = layer
    self.reason = reason
  }

  /// The place in the document and the layer: `config.layers[1].config.units "dense" (Dense)`.
  package var place: String? {
    let parts = [pointer == .root ? nil : pointer.description, layer].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  /// The same error at another place, for documents that were made from others.
  package func moved(to pointer: JSONPointer) -> ArchitectureError {
    ArchitectureError(at: pointer, layer: layer, reason, kind: kind)
  }
}
