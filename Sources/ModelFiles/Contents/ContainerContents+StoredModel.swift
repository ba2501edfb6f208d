import Failures
import Initialization
package import KerasArchitecture
import RandomStreams
package import Tensors
package import WeightFiles

extension StoredModel {
  /// The contents for another container; the sources of tensors are the keys of `sources`.
  package var contents: ContainerContents {
    guard let name = catalog.nameOfModelWeight else { return contentsOfLayers }
    let obstacle = LayoutError(
      "`\(name)` is a weight of the model itself, which wtool does not move out of an .h5: let Keras save "
        + "the model in the format that you need")
    return ContainerContents(
      modelConfig: architecture?.document, kerasVersion: catalog.kerasVersion ?? "1.0",
      backend: catalog.backend, layers: .failure(obstacle), objects: .failure(obstacle), provenance: [])
  }

  private var contentsOfLayers: ContainerContents {
    guard let architecture, let match else { return contentsAsStored }
    var specs = match.tensors.compactMapValues {
      try? TensorSpec(path: $0.name, shape: $0.shape, dtype: $0.dtype)
    }
    for (weight, expression) in expressions {
      guard let stored = specs[weight] else { continue }
      specs[weight] = try? TensorSpec(path: stored.path, shape: expression.shape, dtype: stored.dtype)
    }
    var contents = ContainerContents(
      architecture, backend: backend(of: architecture), provenance: isOwn ? provenance : [], specs: specs,
      listed: catalog.tree.form == .layerList ? match.tensors.mapValues(\.index) : nil)
    // What Keras could make of the archive before, it can make again.
    if isOwn, catalog.container == .archive { contents.archiveObstacle = nil }
    if let obstacle = ContainerContents.obstacle(
      ofStateIn: architecture, known: Set(match.tensors.keys), catalog.name)
    {
      contents = contents.withoutObjects(obstacle)
    }
    guard let layer = firstWithUnmergedWeights else { return contents }
    return contents.withoutObjects(
      LayoutError(
        "\"\(layer)\" has trained matrices of LoRA, which this format does not store: "
          + "let Keras merge them by saving the model as .keras, or write .h5"))
  }

  /// The backend that the result names: one of Keras 3's own if the file's is not.
  private func backend(of architecture: Architecture) -> String {
    let usual = "tensorflow"
    guard let backend = catalog.backend else { return usual }
    return architecture.generation.isKeras3 && ["theano", "cntk"].contains(backend) ? usual : backend
  }

  /// The assets of layers that the model has too.
  package var keptAssets: [ArchiveAsset] { architecture?.keptAssets(of: catalog) ?? [] }

  /// The first layer with a matrix of LoRA whose values a format that stores merged kernels would lose. The
  /// second matrix of each pair is zero until it is trained, and then nothing is lost.
  private var firstWithUnmergedWeights: String? {
    guard let architecture, let match else { return nil }
    return architecture.model.allNodes.first { layer in
      layer.ownWeights.contains { weight in
        let kernel = layer.ownWeights.first { "lora_\($0.name)_b" == weight.name }
        guard weight.isMergedWhenSaved, kernel.map({ expressions[$0.creationIndex] == nil }) ?? true,
          weight.name.hasSuffix("_b"),
          let tensor = match.tensors[weight.creationIndex]
        else { return false }
        return !isZero(tensor.index)
      }
    }?.name
  }

  /// Whether a tensor has zeros alone.
  func isZero(_ index: Int) -> Bool {
    var isZero = true
    do throws(SourceFailure) {
      try unsafe catalog.source(ofTensor: index).forEachBlock(of: catalog.tensors[index].spec) { bytes, _ in
        isZero = unsafe isZero && bytes.allSatisfy { $0 == 0 }
      }
    } catch {
      // What cannot be read is not known to be zero.
      return false
    }
    return isZero
  }

  /// The values of the model's weights, by the sources of `contents`.
  package var sources: [Int: TensorSource] {
    guard let match, let architecture else {
      return Dictionary(
        uniqueKeysWithValues: catalog.tensors.indices.map { ($0, catalog.source(ofTensor: $0)) })
    }
    var sources = match.tensors.mapValues { catalog.source(ofTensor: $0.index) }
    for (weight, expression) in expressions {
      guard let dtype = match.tensors[weight]?.dtype else { continue }
      sources[weight] = expression.source(dtype) { [catalog] in catalog.source(ofTensor: $0) }
    }
    for (weight, source) in declaredState(besides: sources) { sources[weight] = source }
    // The product of the matrices of LoRA is in the stored kernel; Keras, too, sets them to zero.
    for weight in architecture.weights where sources[weight.creationIndex] == nil {
      sources[weight.creationIndex] = .blocks(ConstantFiller(element: weight.spec.dtype.bytes(of: 0)))
    }
    return sources
  }

  /// The paths of what the file stores beside its weights and a layout has no place for.
  package func stateLeftOut(by layout: ContainerLayout) -> [String] {
    let written = Set(layout.datasets.map(\.source))
    return (architecture?.weights ?? []).filter { weight in
      weight.isNamedState && match?.tensors[weight.creationIndex] != nil
        && !written.contains(weight.creationIndex)
    }.map(\.spec.path)
  }

  /// What a legacy file does not store, as the description has it.
  private func declaredState(besides known: [Int: TensorSource]) -> [Int: TensorSource] {
    guard let architecture,
      architecture.weights.contains(where: { $0.isNamedState && known[$0.creationIndex] == nil }),
      let plan = try? PlanBuilder.plan(architecture, seed: 0, backend: .tensorflow)
    else { return [:] }
    let missing = architecture.weights.filter { $0.isNamedState && known[$0.creationIndex] == nil }
    let indices = Set(missing.map(\.creationIndex))
    return plan.sources.filter { indices.contains($0.key) }
  }

  /// Without an architecture a list of layers remains one, and a tree of objects too.
  private var contentsAsStored: ContainerContents {
    func tensors(_ tree: TensorTree) -> [ContainerContents.Tensor] {
      tree.tensors.map {
        .init(
          path: $0.name, spec: catalog.tensors[$0.index].spec, source: $0.index,
          givenName: tree.form == .objectTree ? $0.name : nil)
      }
    }
    let obstacle = LayoutError(
      "the model's architecture is needed to put \(catalog.container.rawValue) into this format",
      needsArchitecture: true)
    let isList = catalog.tree.form == .layerList
    let layers = catalog.tree.branches.flatMap(\.layers).map {
      ContainerContents.Layer(name: $0.name, tensors: tensors($0))
    }
    let objects = catalog.tree.objects.map {
      ContainerContents.Object(path: $0.path, name: $0.tree.name, tensors: tensors($0.tree))
    }
    return ContainerContents(
      modelConfig: nil, kerasVersion: catalog.kerasVersion ?? "1.0", backend: catalog.backend,
      layers: isList ? .success(layers) : .failure(obstacle),
      objects: isList || catalog.container == .foreign ? .failure(obstacle) : .success(objects),
      provenance: provenance)
  }

  /// How wtool drew the weights, which stays true as long as they stay as they are.
  private var provenance: [(name: String, value: ContainerContents.Provenance)] {
    guard expressions.isEmpty else { return [] }
    let draw = catalog.draw.map { draw -> [(String, ContainerContents.Provenance)] in
      [("wtool_seed", .number(.init(draw.seed))), ("wtool_backend", .text(draw.backend))]
    }
    return (draw ?? []) + factors
  }

  /// By what wtool multiplied kernels, which stays true of weights that are drawn anew with their factors.
  var factors: [(name: String, value: ContainerContents.Provenance)] {
    catalog.calibrationText.map { [(Calibration.attributeName, .text($0))] } ?? []
  }
}

extension Architecture {
  /// The assets in a file that layers of this model keep.
  package func keptAssets(of catalog: WeightCatalog) -> [ArchiveAsset] {
    if catalog.assets.isEmpty { return [] }
    let paths = model.objects.map(\.path).filter { !$0.isEmpty }
    return catalog.assets.filter { asset in paths.contains { asset.isOf(object: $0) } }
  }

  /// The look-up layers that an archive leaves without a vocabulary: Keras loads it, and cannot run the
  /// model.
  ///
  /// - Parameter layout: the archive's form, or any other, which has no vocabularies of its own.
  /// - Returns: their names; none where the description has the words, or a file of the archive.
  package func layersWithoutVocabulary(in layout: ContainerLayout) -> [String] {
    guard layout.isArchive else { return [] }
    let folders = Set(
      layout.memberNames.filter { $0.hasSuffix("/vocabulary.txt") }.map {
        String($0.dropFirst("assets/".count).dropLast("/vocabulary.txt".count))
      })
    let told = Set(model.objects.filter { folders.contains($0.path) }.map(\.name))
    func walk(_ layer: LayerNode) -> [String] {
      if ["StringLookup", "IntegerLookup", "TextVectorization"].contains(layer.className) {
        return layer.vocabulary == nil && !told.contains(layer.name) ? [layer.name] : []
      }
      return layer.children.flatMap { $0.nodes.flatMap(walk) }
    }
    return walk(model)
  }

  /// A line for each of `layersWithoutVocabulary(in:)`.
  package func notesOfMissingVocabularies(in layout: ContainerLayout) -> [String] {
    layersWithoutVocabulary(in: layout).map {
      "\"\($0)\" has no vocabulary, neither in the description nor in a file of an archive: the model runs "
        + "once it has one (adapt() or set_vocabulary())"
    }
  }
}

extension WeightCatalog {
  /// A weight that belongs to the model and to none of its layers, in a list of layers.
  fileprivate var nameOfModelWeight: String? {
    guard let path = otherDatasets.first(where: { $0.contains("top_level_model_weights/") }) else {
      return nil
    }
    return path.split(separator: "/").last.map(String.init) ?? path
  }
}
