package import Initialization
package import KerasArchitecture
import RandomStreams
import Tensors
package import WeightFiles

extension ContainerContents {
  /// The contents of a file for a planned model; the source of a tensor is its weight's creation index.
  ///
  /// - Parameters:
  ///   - plan: the model with the values of all its weights.
  ///   - toolVersion: the version of wtool that the file names.
  ///   - calibration: by what kernels are multiplied in the plan, if they are.
  ///   - template: a file of the model, which may tell in which order a legacy file lists the weights of
  ///     unknown classes.
  package init(
    _ plan: WeightPlan, toolVersion: String, calibration: Calibration? = nil,
    like template: WeightCatalog? = nil
  ) {
    let match = template.flatMap { file in
      file.tree.form == .layerList ? try? StoredMatch(plan.architecture, file.tree, isOwn: true) : nil
    }
    self.init(
      plan.architecture, backend: plan.backend.rawValue,
      provenance: [
        ("wtool_version", .text(toolVersion)), ("wtool_seed", .number(plan.seed)),
        ("wtool_backend", .text(plan.backend.rawValue)),
      ] + (calibration.map { [(Calibration.attributeName, .text($0.text))] } ?? []),
      listed: match?.tensors.mapValues(\.index))
  }

  /// The contents of a file for a model.
  ///
  /// - Parameters:
  ///   - architecture: the model.
  ///   - backend: the Keras backend that the file claims to come from.
  ///   - provenance: how the values came to be.
  ///   - specs: what is stored in another type than declared, by the creation index of the weight.
  ///   - listed: the places of weights in the lists of a legacy file, by their creation indices; `nil` if
  ///     they come from no such file.
  init(
    _ architecture: Architecture, backend: String?, provenance: [(name: String, value: Provenance)],
    specs: [Int: TensorSpec] = [:], listed: [Int: Int]? = nil
  ) {
    self.init(
      modelConfig: architecture.document, kerasVersion: architecture.generation.version,
      backend: architecture.generation.family == .keras1 ? nil : backend,
      layers: Self.layers(architecture, specs, listed), objects: Self.objects(architecture, specs),
      provenance: provenance)
    if architecture.hasNamelessOperations {
      archiveObstacle = LayoutError(
        "the description has operations, such as 1 - x, which an .h5 names without what they do, so that "
          + "Keras could not load the archive; pass --model with the output of model.to_json()")
    }
    if architecture.lacksInputShape {
      archiveObstacle = LayoutError(
        "the description does not say the shape of the model's input, without which Keras cannot build the "
          + "model of a .keras archive; give it with --input-shape")
    }
  }

  private static func layers(
    _ architecture: Architecture, _ specs: [Int: TensorSpec], _ listed: [Int: Int]?
  ) -> Result<[Layer], LayoutError> {
    // A model of a class of its own is known from a tree by the attributes that hold its layers.
    if architecture.model.storedForm == .objectTree, !architecture.weights.isEmpty {
      return .failure(
        LayoutError(
          "the description does not contain the model's layers, whose order is not known: convert an .h5 of "
            + "the model, or write .weights.h5"))
    }
    if let weight = architecture.model.declaredWeights.first {
      return .failure(
        LayoutError("`\(weight.name)` is a weight of the model itself, which wtool does not write into .h5"))
    }
    if let layer = architecture.model.firstWithoutOrder {
      return .failure(
        LayoutError(
          "the order of the weights of \"\(layer.name)\" (\(layer.className)) is not known: an .h5 file "
            + "of the model tells it; or write .weights.h5"))
    }
    var lists: [Layer] = []
    for layer in architecture.layers {
      guard let weights = order(of: layer, listed) else {
        let owner = layer.firstOfUnknownTraining ?? layer
        return .failure(
          LayoutError(
            "whether the weights of \"\(owner.name)\" (\(owner.className)) are trained is not known, which "
              + "decides the order of those of \"\(layer.name)\": an .h5 file of the model tells it; or "
              + "write .weights.h5"))
      }
      let paths = WeightPaths(of: layer, generation: architecture.generation)
      lists.append(
        Layer(
          name: layer.name,
          tensors: weights.map { weight in
            Tensor(
              path: paths[weight], spec: specs[weight.creationIndex] ?? weight.spec,
              source: weight.creationIndex)
          }))
    }
    return .success(lists)
  }

  /// The weights of a layer as a legacy file lists them.
  ///
  /// - Returns: `nil` if a class that is not known decides the order, and no list tells it that agrees with
  ///   what is known.
  private static func order(of layer: LayerNode, _ listed: [Int: Int]?) -> [WeightDeclaration]? {
    let order = layer.legacyWeights
    guard layer.firstOfUnknownTraining != nil else { return order }
    guard let listed, order.allSatisfy({ listed[$0.creationIndex] != nil }) else { return nil }
    let stored = order.sorted { listed[$0.creationIndex] ?? 0 < listed[$1.creationIndex] ?? 0 }
    let unknown = Set(
      layer.allNodes.filter { $0.storedForm != nil }.flatMap(\.ownWeights).map(\.creationIndex))
    func known(_ weights: [WeightDeclaration]) -> [Int] {
      weights.map(\.creationIndex).filter { !unknown.contains($0) }
    }
    return known(stored) == known(order) ? stored : nil
  }

  private static func objects(
    _ architecture: Architecture, _ specs: [Int: TensorSpec]
  ) -> Result<[Object], LayoutError> {
    let generation = architecture.generation
    guard generation.isKeras3 || (generation.family == .tfKeras && generation.isAtLeast(2, 13)) else {
      return .failure(LayoutError("Keras \(generation.version) reads .h5 files only"))
    }
    if let layer = architecture.model.firstWithoutObjects {
      return .failure(
        LayoutError(
          "what \"\(layer.name)\" (\(layer.className)) is made of is not known: a .weights.h5 or "
            + ".keras file of the model tells it; or write .h5"))
    }
    return .success(
      architecture.model.objects.map { object in
        Object(
          path: object.path, name: object.name,
          tensors: object.weights.map { weight in
            Tensor(
              path: weight.name, spec: specs[weight.creationIndex] ?? weight.spec,
              source: weight.creationIndex,
              givenName: object.isStoredTree
                ? weight.stored?.name : weight.isNamedState ? weight.name : nil)
          })
      })
  }

  /// Why a model cannot be put into the formats of Keras 3: its look-up layers learned what nobody tells.
  ///
  /// - Parameters:
  ///   - architecture: the model.
  ///   - known: the weights whose values are known, by their creation indices.
  ///   - name: the file that lacks the others.
  /// - Returns: `nil` if nothing is in the way.
  package static func obstacle(
    ofStateIn architecture: Architecture, known: Set<Int>, _ name: String
  ) -> LayoutError? {
    architecture.unknownState(besides: known).map { weight in
      LayoutError(
        "`\(weight.spec.path)` is learned by adapt(), and \(name) has no values for it, without which Keras "
          + "cannot load this format; write .h5, or take them from a .keras archive of the model")
    }
  }
}
