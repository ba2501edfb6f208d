import KerasArchitecture
import OrderedJSON

/// A layer or a model in the description of a model.
struct DescribedLayer: Hashable {
  let name: String
  /// The names of the models that it is in, but the outermost, and its own: `encoder/conv1`.
  let path: String
  let pointer: JSONPointer

  /// The layers that are no models, in the order of the description.
  static func leaves(of architecture: Architecture) -> [DescribedLayer] {
    all(in: architecture).filter { !$0.isModel }.map(\.layer)
  }

  /// The model itself, and those inside it.
  static func models(of architecture: Architecture) -> [DescribedLayer] {
    all(in: architecture).filter(\.isModel).map(\.layer)
  }

  private static func all(in architecture: Architecture) -> [(layer: DescribedLayer, isModel: Bool)] {
    func walk(
      _ value: JSONValue, _ pointer: JSONPointer, _ path: [String]
    ) -> [(layer: DescribedLayer, isModel: Bool)] {
      let config = value["config"]
      let name = value["name"]?.stringValue ?? config?["name"]?.stringValue ?? ""
      let isRoot = pointer.components.isEmpty
      let path = isRoot ? [] : path + [name]
      let layer = DescribedLayer(name: name, path: path.joined(separator: "/"), pointer: pointer)
      guard let layers = config?["layers"]?.arrayValue ?? config?.arrayValue else { return [(layer, isRoot)] }
      let list = config?.arrayValue == nil ? pointer["config"]["layers"] : pointer["config"]
      return [(layer, true)] + layers.enumerated().flatMap { walk($1, list[$0], path) }
    }
    return walk(architecture.document, .root, [])
  }
}

extension JSONPointer {
  /// Whether it leads to a part of what another one leads to.
  func isInside(_ other: JSONPointer) -> Bool { components.starts(with: other.components) }
}
