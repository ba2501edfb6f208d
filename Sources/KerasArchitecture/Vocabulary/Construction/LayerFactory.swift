import OrderedJSON

/// A factory of the layers that other layers hold.
protocol LayerFactory: AnyObject {
  /// Makes the layer that an object of the document describes, with its children.
  func makeLayer(_ description: JSONValue, at pointer: JSONPointer) throws(ArchitectureError) -> Layer
}
