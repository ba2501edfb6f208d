package import Initialization
import KerasArchitecture
package import OrderedJSON
import RandomStreams
import Tensors
import Text

/// A plan as a table for people and as JSON for programs.
package struct PlanReport: Sendable {
  private let plan: WeightPlan
  /// Without a seed of the model, seeds that depend on it are not known yet.
  private let hasSeed: Bool

  package init(_ plan: WeightPlan, hasSeed: Bool) {
    self.plan = plan
    self.hasSeed = hasSeed
  }

  private func seed(_ weight: PlannedWeight) -> Int? {
    guard let part = weight.parts.first(where: { $0.seed != nil }), !part.isSeedDrawn || hasSeed else {
      return nil
    }
    return part.seed.map { Int($0.seed) }
  }

  private func isRandom(_ weight: PlannedWeight) -> Bool { weight.seed != nil }
}

// MARK: - Text

extension PlanReport {
  /// - Parameter width: the number of columns that a line may have; `nil` for any.
  /// - Returns: lines for people.
  package func text(width: Int?) -> String {
    let model = plan.architecture.model
    let totals = plan.totals
    var table = TextTable([
      ("layer", .left), ("output shape", .left), ("weight", .left), ("shape", .left), ("dtype", .left),
      ("initializer", .left), ("seed", .right), ("parameters", .right),
    ])
    for layer in plan.architecture.layers { append(layer, depth: 0, to: &table) }
    let trainable = totals.trainableParameters
    return """
      \(model.name.safe) (\(model.className.safe)), Keras \(plan.architecture.generation.version.safe), \
      \(plan.architecture.layers.count) layers

      \(table.text(width: width))
      total parameters:          \(NumberText.count(totals.parameters)) (\(NumberText.bytes(totals.bytes)))
      trainable parameters:      \(NumberText.count(trainable))
      non-trainable parameters:  \(NumberText.count(totals.parameters - trainable))

      """
  }

  private func append(_ layer: LayerNode, depth: Int, to table: inout TextTable) {
    let indent = String(repeating: "  ", count: depth)
    let outputs = layer.outputShapes.map(\.description).joined(separator: ", ")
    var isFirst = true
    for declaration in layer.declaredWeights {
      guard let weight = plan.weight(declaration) else { continue }
      let seed = seed(weight).map(String.init) ?? (isRandom(weight) ? "drawn" : "")
      table.append([
        isFirst ? "\(indent)\(layer.name) (\(layer.className))" : "", isFirst ? outputs : "",
        declaration.name, declaration.spec.shape.description, declaration.spec.dtype.rawValue,
        weight.initializerSummary + (declaration.stored?.isGuessed == true ? " (guessed)" : ""), seed,
        NumberText.count(declaration.spec.elementCount),
      ])
      isFirst = false
    }
    if isFirst { table.append(["\(indent)\(layer.name) (\(layer.className))", outputs]) }
    for child in layer.children.flatMap(\.nodes) { append(child, depth: depth + 1, to: &table) }
  }
}

// MARK: - JSON

extension PlanReport {
  package var json: JSONValue {
    let architecture = plan.architecture
    let totals = plan.totals
    return [
      "schema": "wtool-plan-1",
      "name": .string(architecture.model.name),
      "class_name": .string(architecture.model.className),
      "keras_version": .string(architecture.generation.version),
      "backend": .string(plan.backend.rawValue),
      "seed": hasSeed ? JSONValue(Int(plan.seed)) : .null,
      "layers": .array(
        architecture.layers.map { layer in
          json(layer, paths: WeightPaths(of: layer, generation: architecture.generation))
        }),
      "totals": [
        "layers": JSONValue(architecture.layers.count), "weights": JSONValue(totals.tensors),
        "parameters": JSONValue(totals.parameters),
        "trainable_parameters": JSONValue(totals.trainableParameters), "bytes": JSONValue(totals.bytes),
      ],
    ]
  }

  private func json(_ layer: LayerNode, paths: WeightPaths) -> JSONValue {
    [
      "name": .string(layer.name),
      "class_name": .string(layer.className),
      "trainable": .bool(layer.isTrainable),
      "input_shapes": .array(layer.inputShapes.map(json)),
      "output_shapes": .array(layer.outputShapes.map(json)),
      "weights": .array(layer.declaredWeights.compactMap { plan.weight($0).map { json($0, paths) } }),
      "layers": .array(layer.children.flatMap(\.nodes).map { json($0, paths: paths) }),
    ]
  }

  private func json(_ weight: PlannedWeight, _ paths: WeightPaths) -> JSONValue {
    let declaration = weight.declaration
    return [
      "name": .string(declaration.name),
      "path": .string(paths[declaration]),
      "role": .string(declaration.role.rawValue),
      "shape": .array(declaration.spec.shape.dimensions.map { JSONValue($0) }),
      "dtype": .string(declaration.spec.dtype.rawValue),
      "trainable": .bool(declaration.isTrainable),
      "initializer": .string(weight.initializerSummary),
      "guessed": .bool(declaration.stored?.isGuessed ?? false),
      "seed": seed(weight).map { JSONValue($0) } ?? .null,
      "parameters": JSONValue(declaration.spec.elementCount),
    ]
  }

  private func json(_ shape: PartialShape) -> JSONValue {
    .array(shape.dimensions.map { $0.map { JSONValue($0) } ?? .null })
  }
}
