import OrderedJSON
import Tensors

extension TensorFlowOperation {
  func upgradedOperation(
    _ calls: [UpgradedCall], inputs: [PartialShape], results: [PartialShape], of layer: Layer
  ) -> [UpgradedOperation]? {
    var chains: [[OperationForm]] = []
    for (index, call) in calls.enumerated() {
      let arguments: OperationArguments? =
        node.map { $0.arguments(of: call, layer.place, inputs[index], results[index]) }
        ?? OperationArguments(call, input: inputs[index], result: results[index])
      guard let arguments, let form = TensorFlowUpgrades.form(of: function, arguments) else { return nil }
      chains.append(form.chain)
    }
    // One object stands for all calls.
    guard let first = chains.first, chains.allSatisfy({ $0.map(\.config) == first.map(\.config) }) else {
      return nil
    }
    return first.indices.map { step in
      let name = step == first.count - 1 ? layer.name.upgradedName : "\(layer.name.upgradedName)_\(step + 1)"
      let form = first[step]
      let object: JSONObject = [
        "module": .string("keras.src.ops.\(form.module)"), "class_name": .string(form.className),
        "config": .object(JSONObject([.init(key: "name", value: .string(name))] + form.config.members)),
        "registered_name": .string(form.className),
      ]
      let earlier = "\(layer.name.upgradedName)_\(step)"
      return UpgradedOperation(
        name: name, object: object,
        calls: chains.enumerated().map { node, chain in
          let result = TensorReference(layer: earlier, node: node, tensor: 0)
          let arguments = step == 0 ? chain[0].arguments : [.tensor(result, recorded: nil)]
          return UpgradedCall(positional: arguments, keywords: [])
        })
    }
  }
}

extension TensorFlowNodeDefinition {
  /// The arguments of a call by the names of the equivalent function's.
  ///
  /// - Returns: `nil` if a tensor stands where a number is needed.
  func arguments(
    of call: UpgradedCall, _ place: LayerPlace, _ input: PartialShape, _ result: PartialShape
  ) -> OperationArguments? {
    // Tensors are told apart by the size of a shape, as what is rearranged are shapes.
    let tensors = call.positional.flatMap(\.elements)
    let markers = tensors.indices.map { ShapeStructure.tensor([$0]) }
    let named = arguments(LayerCall(place: place, positional: [.list(markers)]))
    func argument(_ structure: ShapeStructure) -> GraphArgument {
      switch structure {
      case .tensor(let shape):
        let index = shape.dimensions.first.flatMap { $0 } ?? -1
        return tensors.indices.contains(index) ? tensors[index] : .value(.null)
      case .list(let elements): return .list(elements.map(argument))
      case .dictionary(let members): return .dictionary(members.map { ($0.key, argument($0.value)) })
      case .value(let value): return .value(value)
      }
    }
    let inputs = named.inputs.map(argument)
    var keywords = named.keywords.filter { !Self.types.contains($0.key) }
    if function == "cast", let type = attributes["DstT"]?["type"]?.stringValue,
      let name = Self.typeNames[type]
    {
      keywords["dtype"] = .value(.string(name))
    }
    return OperationArguments(
      UpgradedCall(
        positional: inputs.count == 1 ? inputs : [.list(inputs)],
        keywords: keywords.map { ($0.key, argument($0.value)) }), input: input, result: result)
  }

  private static let typeNames = [
    "DT_BFLOAT16": "bfloat16", "DT_BOOL": "bool", "DT_DOUBLE": "float64", "DT_FLOAT": "float32",
    "DT_HALF": "float16", "DT_INT32": "int32", "DT_INT64": "int64", "DT_UINT8": "uint8",
  ]

  /// Attributes that say nothing but types, or how to compute.
  private static let types: Set<String> = [
    "T", "Tdim", "Tpaddings", "Tidx", "Tperm", "Tshape", "Tmultiples", "Index", "N", "SrcT", "Truncate",
    "DstT", "Taxis", "Tindices", "Tparams", "grappler_hints", "_output_shapes", "TI", "out_type",
    "incompatible_shape_error", "half_pixel_centers", "_class",
  ]
}
