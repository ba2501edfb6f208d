package import OrderedJSON
import Tensors
import Text

/// Why an architecture cannot be understood, and where in its document.
package struct ArchitectureError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The place in the document; for a line and column see `JSONParser.locate`.
  package let pointer: JSONPointer
  /// The layer concerned, as `"conv2d_1" (Conv2D)`.
  package let layer: String?
  /// What is wrong and what was expected.
  package let reason: String

  package init(at pointer: JSONPointer, layer: String? = nil, _ reason: String) {
    self.pointer = pointer
    self.layer = layer
    self.reason = reason
  }

  package var description: String {
    let place = [pointer == .root ? nil : pointer.description, layer].compactMap { $0 }
      .joined(separator: " ")
    return place.isEmpty ? reason : "\(place): \(reason)"
  }
}

/// A layer's place in the document: what errors about it begin with.
package struct LayerPlace: Sendable, Hashable {
  package let pointer: JSONPointer
  package let name: String
  package let className: String

  package init(pointer: JSONPointer, name: String, className: String) {
    self.pointer = pointer
    self.name = name
    self.className = className
  }

  package func error(_ reason: String, at place: JSONPointer? = nil) -> ArchitectureError {
    ArchitectureError(at: place ?? pointer, layer: "\"\(name.clipped)\" (\(className.clipped))", reason)
  }
}
