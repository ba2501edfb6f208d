package import OrderedJSON

/// An initializer as a layer declares it, before its class is looked up.
package struct InitializerDeclaration: Sendable, Hashable {
  /// The class as spelled in the document: `glorot_uniform`, `GlorotUniform`, `VarianceScaling` …
  package let className: String
  package let config: JSONObject
  /// The layer that declares it.
  package let place: LayerPlace
  /// The place in the document; that of the layer for a default.
  package let pointer: JSONPointer

  package init(className: String, config: JSONObject, place: LayerPlace, pointer: JSONPointer) {
    self.className = className
    self.config = config
    self.place = place
    self.pointer = pointer
  }
}
