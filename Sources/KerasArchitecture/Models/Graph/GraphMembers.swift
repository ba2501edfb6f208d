import OrderedJSON
import Text

/// The layers and operations of a graph with their calls, as the document has them.
struct GraphMembers {
  /// All layers and operations, in the order of the document.
  private(set) var layers: [Layer] = []
  /// The calls of each member.
  private(set) var nodes: [[GraphNode]] = []
  /// The nested models whose calls the document counts from 1.
  private(set) var countedFromOne: Set<Int> = []
  private var indices: [String: Int] = [:]
  private let place: LayerPlace

  init(_ descriptions: [JSONValue], _ config: LayerConfig) throws(ArchitectureError) {
    place = config.place
    var names = UniqueNames(config)
    for (index, description) in descriptions.enumerated() {
      let pointer = config.pointer(to: "layers")[index]
      let layer = try config.context.factory.makeLayer(description, at: pointer)
      try names.insert(layer, at: pointer)
      indices[layer.name] = index
      layers.append(layer)
      var calls: [GraphNode] = []
      for (index, node) in (description["inbound_nodes"]?.arrayValue ?? []).enumerated() {
        calls.append(
          try GraphNode(node, at: pointer["inbound_nodes"][index], of: layer.place, config.generation))
      }
      nodes.append(calls)
    }
    countedFromOne = modelsCountedFromOne(outputs: TensorReference.all(in: config.object["output_layers"]))
  }

  /// A nested model that had been called when it was made has a call of its own, which Keras counts but does
  /// not write: then no reference is to call 0.
  private func modelsCountedFromOne(outputs: [TensorReference]) -> Set<Int> {
    var lowest: [Int: Int] = [:]
    for reference in nodes.joined().flatMap(\.references) {
      guard let member = indices[reference.layer], layers[member].kind.modelForm != nil else { continue }
      lowest[member] = min(lowest[member] ?? .max, reference.node)
    }
    for reference in outputs where reference.node == 0 {
      if let member = indices[reference.layer] { lowest[member] = 0 }
    }
    return Set(lowest.filter { $0.value > 0 }.keys)
  }

  /// Finds the member of a reference and counts its call from 0.
  ///
  /// - Parameters:
  ///   - reference: a tensor as the document refers to it.
  ///   - pointer: the place of the reference.
  ///   - isOutput: whether it is one of the graph's own outputs.
  /// - Returns: the tensor.
  /// - Throws: if there is no such layer or call.
  func resolve(
    _ reference: TensorReference, at pointer: JSONPointer, isOutput: Bool = false
  ) throws(ArchitectureError) -> GraphTensor {
    guard let member = indices[reference.layer] else {
      throw place.error("there is no layer \"\(reference.layer.clipped)\" in this model", at: pointer)
    }
    let callCount = max(1, nodes[member].count)
    let form = layers[member].kind.modelForm
    let isShifted =
      countedFromOne.contains(member) || reference.node >= callCount
      || (isOutput && form == .graph && reference.node > 0)
    let node = isShifted && form != nil ? reference.node - 1 : reference.node
    guard (0..<callCount).contains(node) else {
      let count = nodes[member].count
      throw place.error(
        "\"\(reference.layer)\" is called \(count == 1 ? "once" : "\(count) times"); "
          + "there is no call \(reference.node)", at: pointer)
    }
    return GraphTensor(member: member, node: node, output: reference.tensor)
  }

  /// The calls whose results a call takes.
  func producers(of node: GraphNode) throws(ArchitectureError) -> [GraphCall] {
    try node.references.map { reference throws(ArchitectureError) in
      try resolve(reference, at: node.pointer).call
    }
  }
}
