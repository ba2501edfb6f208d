import OrderedJSON

/// A factory of the layers that other layers hold.
protocol LayerFactory: AnyObject {
  /// Makes the layer that an object of the document describes, with its children.
  func makeLayer(_ description: JSONValue, at pointer: JSONPointer) throws(ArchitectureError) -> Layer

  /// Makes another layer like one that was made, to see what it would create: it leaves no trace.
  func makeTwin(of layer: Layer) throws(ArchitectureError) -> Layer
}
