import OrderedJSON

/// For a document that was made from a shorter one, the places of its layers in that one.
struct SourceMap: Sendable {
  /// The place of each layer's source; `nil` for a layer that has none.
  private let layers: [JSONPointer?]

  init(layers: [JSONPointer?]) { self.layers = layers }

  /// The place in the source of a place in the document that was made.
  func source(of pointer: JSONPointer) -> JSONPointer {
    let path = pointer.components
    guard path.count >= 3, path[0] == .key("config"), path[1] == .key("layers"),
      case .index(let index) = path[2], layers.indices.contains(index), let source = layers[index]
    else { return .root }
    return JSONPointer(source.components + path.dropFirst(3).filter { $0 != .key("config") })
  }
}
