import Failures
import KerasArchitecture
package import Tensors
package import WeightFiles

extension StoredModel {
  /// The contents for another container; the sources of tensors are the keys of `sources`.
  package var contents: ContainerContents {
    guard let architecture, let match else { return contentsAsStored }
    let specs = match.tensors.compactMapValues {
      try? TensorSpec(path: $0.name, shape: $0.shape, dtype: $0.dtype)
    }
    return ContainerContents(
      architecture, backend: catalog.backend ?? "tensorflow", provenance: [], specs: specs)
  }

  /// The values of the model's weights, by the sources of `contents`.
  package var sources: [Int: TensorSource] {
    guard let match, architecture != nil else {
      return Dictionary(
        uniqueKeysWithValues: catalog.tensors.indices.map { ($0, catalog.source(ofTensor: $0)) })
    }
    return match.tensors.mapValues { catalog.source(ofTensor: $0.index) }
  }

  /// Without an architecture a list of layers remains one, and a tree of objects too.
  private var contentsAsStored: ContainerContents {
    func tensors(_ tree: TensorTree) -> [ContainerContents.Tensor] {
      tree.tensors.map { .init(path: $0.name, spec: catalog.tensors[$0.index].spec, source: $0.index) }
    }
    let obstacle = LayoutError(
      "the model's architecture is needed to put \(catalog.container.rawValue) into this format")
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
      provenance: [])
  }
}
