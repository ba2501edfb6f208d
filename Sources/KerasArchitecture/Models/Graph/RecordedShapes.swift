import OrderedJSON

/// The shapes of results that a graph records where they are consumed: the only source for the results of
/// Python code.
struct RecordedShapes {
  private var shapes: [GraphCall: [Int: PartialShape]] = [:]

  /// Resolves every reference of a graph once, and collects the shapes recorded with them.
  ///
  /// - Parameters:
  ///   - members: the graph's layers and calls.
  ///   - descriptions: the layers in the document, whose `build_config` may record shapes too.
  /// - Throws: if a reference is to nothing.
  init(_ members: GraphMembers, _ descriptions: [JSONValue]) throws(ArchitectureError) {
    for node in members.nodes.joined() {
      for argument in node.positional + node.keywords.map(\.value) {
        try record(argument, at: node.pointer, members)
      }
    }
    for (member, description) in descriptions.enumerated() {
      try recordBuildConfig(description, of: member, members)
    }
  }

  /// The shapes of a call's results.
  func results(of call: GraphCall) -> [PartialShape] {
    let known = shapes[call] ?? [:]
    // No layer has that many results: the index comes from the document.
    guard let last = known.keys.max(), last < 1 << 16 else { return [] }
    return (0...last).map { known[$0] ?? .unknown }
  }

  private mutating func record(
    _ argument: GraphArgument, at pointer: JSONPointer, _ members: GraphMembers
  ) throws(ArchitectureError) {
    switch argument {
    case .tensor(let reference, let shape):
      let tensor = try members.resolve(reference, at: pointer)
      if let shape { shapes[tensor.call, default: [:]][tensor.output] = shape }
    case .list(let elements):
      for element in elements { try record(element, at: pointer, members) }
    case .dictionary(let entries):
      for entry in entries { try record(entry.value, at: pointer, members) }
    case .value: break
    }
  }

  /// Records the input shapes in a layer's `build_config`, which are those of its first call.
  private mutating func recordBuildConfig(
    _ description: JSONValue, of member: Int, _ members: GraphMembers
  ) throws(ArchitectureError) {
    guard let inputs = ShapeStructure(json: description["build_config"]?["input_shape"])?.tensors,
      let node = members.nodes[member].first, node.references.count >= inputs.count
    else { return }
    for (reference, shape) in zip(node.references, inputs) {
      let tensor = try members.resolve(reference, at: node.pointer)
      if shapes[tensor.call]?[tensor.output] == nil {
        shapes[tensor.call, default: [:]][tensor.output] = shape
      }
    }
  }
}
