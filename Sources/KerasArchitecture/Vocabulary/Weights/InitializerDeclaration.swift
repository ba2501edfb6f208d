package import OrderedJSON

/// An initializer as a layer declares it, not yet understood.
package struct InitializerDeclaration: Sendable, Hashable {
  /// As spelt: `glorot_uniform`, `GlorotUniform`, `VarianceScaling` …
  package let className: String
  package let config: JSONObject
  /// Where it stands; defaults point at their layer.
  package let place: LayerPlace
  package let pointer: JSONPointer

  package init(className: String, config: JSONObject, place: LayerPlace, pointer: JSONPointer) {
    self.className = className
    self.config = config
    self.place = place
    self.pointer = pointer
  }
}
