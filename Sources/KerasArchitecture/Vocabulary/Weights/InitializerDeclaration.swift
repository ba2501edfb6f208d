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
  /// The argument of the layer that it stands in, or would; `nil` if the class fixes it.
  package let field: Field?

  /// A field of a document.
  package struct Field: Sendable, Hashable {
    /// The place of the object that has it.
    package let object: JSONPointer
    /// As the document spells it: `kernel_initializer`, `init` of Keras 1.
    package let key: String

    package init(_ object: JSONPointer, _ key: String) { (self.object, self.key) = (object, key) }
  }

  package init(
    className: String, config: JSONObject, place: LayerPlace, pointer: JSONPointer, field: Field? = nil
  ) {
    self.className = className
    self.config = config
    self.place = place
    self.pointer = pointer
    self.field = field
  }
}
