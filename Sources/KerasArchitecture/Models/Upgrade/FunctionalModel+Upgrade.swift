import OrderedJSON
import Tensors

extension FunctionalModel {
  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    let old = form.config
    form.className = "Functional"
    form.module = "keras.src.models.functional"
    form.registeredName = "Functional"
    form.hasKnownFields = false
    let graph = GraphUpgrade(self, upgrader, isOutermost: layer.place.pointer == .root)
    form.config = [
      "name": old["name"] ?? .string(layer.name.upgradedName), "trainable": old["trainable"] ?? true,
      "layers": .array(graph.descriptions),
      "input_layers": graph.structure(old["input_layers"], isOutput: false),
      "output_layers": graph.structure(old["output_layers"], isOutput: true),
    ]
  }
}

/// The layers and calls of a graph in Keras 3's form.
struct GraphUpgrade {
  private let model: FunctionalModel
  private let upgrader: ModelUpgrader
  private let shapes: GraphRun?
  private var forms: [JSONObject?] = []
  /// The calls of each member that Keras 3 gets.
  private var calls: [[UpgradedCall]] = []
  /// What comes before the last step of a member that has several.
  private var earlierSteps: [Int: [UpgradedOperation]] = [:]

  init(_ model: FunctionalModel, _ upgrader: ModelUpgrader, isOutermost: Bool) {
    self.model = model
    self.upgrader = upgrader
    shapes = try? model.run(model.defaultInputs)
    let members = model.members
    let masks = MaskOrigins(members, isOutermost: isOutermost)
    for (member, layer) in members.layers.enumerated() {
      let nodes = members.nodes[member]
      let given = nodes.map { UpgradedCall(positional: $0.positional, keywords: $0.keywords) }
      if layer.kind.functionName != nil {
        let results = nodes.indices.map { shape(GraphTensor(member: member, node: $0, output: 0)) }
        if layer.kind.functionName?.contains("reduce_") ?? false, nodes.contains(where: isWhole) {
          upgrader.refuse(layer, "it reduces whole numbers, whose type is another one in Keras 3")
        }
        let steps =
          layer.kind.upgradedOperation(given, inputs: nodes.map(inputShape), results: results, of: layer)
          ?? []
        forms.append(steps.last?.object)
        calls.append(steps.last?.calls ?? given)
        if steps.count > 1 { earlierSteps[member] = Array(steps.dropLast()) }
        continue
      }
      let name = name(layer)
      if name != layer.name.upgradedName {
        upgrader.note(.rearranged, layer, "it is called \(name): Keras 3 calls operations on masks so")
      }
      forms.append(upgrader.form(of: layer, name: name))
      calls.append(
        given.map { call in
          var call = call
          layer.kind.upgrade(&call, of: layer, upgrader)
          upgrader.check(call, of: layer)
          let references = call.positional.flatMap(\.references)
          if upgrader.hasMasks, layer.kind.joinsFeatures(of: layer), masks.differ(in: references) {
            upgrader.refuse(
              layer, "it joins sequences whose masks may differ, and Keras 3 joins masks otherwise")
          }
          return call
        })
    }
  }

  /// What a layer is called in Keras 3, which makes operations called `concatenate` for masks.
  private func name(_ layer: Layer) -> String {
    let name = layer.name.upgradedName
    let isClash =
      upgrader.hasMasks && layer.config.className == "Concatenate" && name.hasPrefix("concatenate")
    return isClash ? "\(name)_layer" : name
  }

  /// Whether a tensor holds whole numbers, as far as operations tell.
  private func isWhole(_ node: GraphNode) -> Bool {
    var node = node
    for _ in 0..<model.members.layers.count {
      guard let first = node.references.first,
        let tensor = try? model.members.resolve(first, at: node.pointer)
      else { return false }
      let layer = model.members.layers[tensor.member]
      if layer.kind.inputShape != nil {
        return layer.config.object["dtype"]?.stringValue?.contains("int") ?? false
      }
      guard let function = layer.kind.functionName else { return false }
      if function.hasSuffix("arg_max") || function.hasSuffix("argmax") || function.hasSuffix("argmin") {
        return true
      }
      let calls = model.members.nodes[tensor.member]
      guard calls.indices.contains(tensor.node) else { return false }
      node = calls[tensor.node]
      if function.hasSuffix("cast") {
        let dtype = node.keywords.first { $0.key == "dtype" }?.value.constant?.stringValue
        return dtype.map { $0.contains("int") } ?? true
      }
    }
    return false
  }

  private func shape(_ tensor: GraphTensor) -> PartialShape {
    (try? shapes?.shape(of: tensor)) ?? .unknown
  }

  private func inputShape(_ node: GraphNode) -> PartialShape {
    guard let first = node.references.first, let tensor = try? model.members.resolve(first, at: node.pointer)
    else { return .unknown }
    return shape(tensor)
  }

  /// The members that outputs depend on; what only computed the arguments of others is not needed any more.
  private var needed: Set<Int> {
    let members = model.members
    var seen: Set<Int> = []
    var rest = Set(model.outputs.map(\.member)).union(model.inputs.map(\.member))
    for (member, layer) in members.layers.enumerated() where layer.kind.functionName == nil {
      rest.insert(member)
    }
    while let member = rest.popFirst() {
      guard seen.insert(member).inserted else { continue }
      let steps = (earlierSteps[member] ?? []).flatMap(\.calls) + calls[member]
      for reference in steps.flatMap({ $0.positional + $0.keywords.map(\.value) }).flatMap(\.references) {
        if let tensor = try? members.resolve(reference, at: .root) { rest.insert(tensor.member) }
      }
    }
    return seen
  }

  var descriptions: [JSONValue] {
    let members = model.members
    return needed.sorted().flatMap { member -> [JSONValue] in
      let layer = members.layers[member]
      guard let object = forms[member] else {
        upgrader.refuse(
          layer,
          "wtool knows no operation of Keras 3 that does what \(layer.kind.functionName ?? "it") does here")
        return []
      }
      let steps = (earlierSteps[member] ?? []).map { description($0.object, $0.name, $0.calls) }
      return steps + [description(object, name(layer), calls[member])]
    }
  }

  private func description(_ object: JSONObject, _ name: String, _ calls: [UpgradedCall]) -> JSONValue {
    var object = object
    object["name"] = .string(name)
    object["inbound_nodes"] = .array(
      calls.map { call in
        [
          "args": .array(call.positional.map { $0.json(tensor) }),
          "kwargs": .object(
            JSONObject(call.keywords.map { .init(key: $0.key, value: $0.value.json(tensor)) })),
        ]
      })
    return .object(object)
  }

  /// A tensor as an argument.
  private func tensor(_ reference: TensorReference) -> JSONValue {
    guard let tensor = try? model.members.resolve(reference, at: .root) else {
      // The result of an earlier step.
      return [
        "class_name": "__keras_tensor__",
        "config": [
          "shape": [.null], "dtype": "float32",
          "keras_history": [
            .string(reference.layer), JSONValue(reference.node), JSONValue(reference.tensor),
          ],
        ],
      ]
    }
    let layer = model.members.layers[tensor.member]
    let shape = shape(tensor)
    let dtype = layer.kind.inputShape == nil ? nil : layer.config.object["dtype"]?.stringValue
    return [
      "class_name": "__keras_tensor__",
      "config": [
        "shape": shape.isUnknown ? [.null] : shape.json, "dtype": .string(dtype ?? "float32"),
        "keras_history": [.string(name(layer)), JSONValue(tensor.node), JSONValue(tensor.output)],
      ],
    ]
  }

  /// The inputs or outputs: one, or as many in the structure that the model has.
  func structure(_ value: JSONValue?, isOutput: Bool) -> JSONValue {
    if let reference = TensorReference(value) {
      guard let tensor = try? model.members.resolve(reference, at: .root, isOutput: isOutput) else {
        return value ?? .null
      }
      let layer = model.members.layers[tensor.member]
      // Keras 3 counts the call with which a nested model was made, here and nowhere else.
      let node = layer.kind.modelForm == .graph ? CheckedSize(tensor.node).plus(1).value ?? 0 : tensor.node
      return [.string(name(layer)), JSONValue(node), JSONValue(tensor.output)]
    }
    if let elements = value?.arrayValue {
      let structures = elements.map { structure($0, isOutput: isOutput) }
      return structures.count == 1 ? structures[0] : .array(structures)
    }
    guard let members = value?.objectValue?.members else { return value ?? .null }
    return .object(
      JSONObject(members.map { .init(key: $0.key, value: structure($0.value, isOutput: isOutput)) }))
  }
}
