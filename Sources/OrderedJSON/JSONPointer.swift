/// The place of a value inside a document: `layers[3].config.units`.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  package enum Component: Sendable, Hashable {
    case key(String)
    case index(Int)
  }

  package let components: [Component]

  package static let root = JSONPointer([])

  package init(_ components: [Component]) { self.components = components }

  package subscript(key: String) -> JSONPointer { JSONPointer(components + [.key(key)]) }
  package subscript(index: Int) -> JSONPointer { JSONPointer(components + [.index(index)]) }

  package var parent: JSONPointer? { components.isEmpty ? nil : JSONPointer(components.dropLast()) }

  package var description: String {
    var text = ""
    for component in components {
      switch component {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }
}
