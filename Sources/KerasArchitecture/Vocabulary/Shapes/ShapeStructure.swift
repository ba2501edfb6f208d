import OrderedJSON
import Tensors

/// A structure of shapes as Python passes it to a layer: a tensor, a list, a dictionary or a plain value.
indirect enum ShapeStructure {
  case tensor(PartialShape)
  case list([ShapeStructure])
  case dictionary([(key: String, value: ShapeStructure)])
  case value(JSONValue)

  /// The shapes of all tensors inside, in Python's flattening order (dictionaries by sorted key).
  var tensors: [PartialShape] {
    switch self {
    case .tensor(let shape): [shape]
    case .list(let elements): elements.flatMap(\.tensors)
    case .dictionary(let members): members.sorted { $0.key < $1.key }.flatMap(\.value.tensors)
    case .value: []
    }
  }
}

extension ShapeStructure: Hashable {
  static func == (one: ShapeStructure, other: ShapeStructure) -> Bool {
    switch (one, other) {
    case (.tensor(let one), .tensor(let other)): one == other
    case (.list(let one), .list(let other)): one == other
    case (.dictionary(let one), .dictionary(let other)):
      one.elementsEqual(other) { $0.key == $1.key && $0.value == $1.value }
    case (.value(let one), .value(let other)): one == other
    default: false
    }
  }

  func hash(into hasher: inout Hasher) {
    switch self {
    case .tensor(let shape): hasher.combine(shape)
    case .list(let elements): hasher.combine(elements)
    case .dictionary(let members):
      for member in members {
        hasher.combine(member.key)
        hasher.combine(member.value)
      }
    // Two calls that differ in a plain value alone are rare.
    case .value: break
    }
  }
}

extension ShapeStructure {
  /// Shapes as Keras writes them into `build_config`: a list of sizes, a list of shapes or a dictionary.
  init?(json value: JSONValue?) {
    if let shape = PartialShape(json: value), shape.rank > 0 {
      self = .tensor(shape)
    } else if let elements = value?.arrayValue, !elements.isEmpty {
      let shapes = elements.compactMap { ShapeStructure(json: $0) }
      guard shapes.count == elements.count else { return nil }
      self = .list(shapes)
    } else if let members = value?.objectValue?.members, !members.isEmpty {
      self = .dictionary(
        members.compactMap { member in ShapeStructure(json: member.value).map { (member.key, $0) } })
    } else {
      return nil
    }
  }
}
