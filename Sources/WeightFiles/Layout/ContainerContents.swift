package import OrderedJSON
package import Tensors

/// What a container is to hold, before any format has given it a form.
package struct ContainerContents: Sendable {
  package struct Tensor: Sendable {
    /// The variable's path below its top-level layer, the layer's own name first: `lstm/lstm_cell/kernel`.
    package let path: String
    package let spec: TensorSpec
    /// Which of the sources holds the values.
    package let source: Int
    /// What the formats of Keras 3 call it, if a layer of its own class gives it a name; they number all
    /// others.
    package let givenName: String?

    package init(path: String, spec: TensorSpec, source: Int, givenName: String? = nil) {
      self.path = path
      self.spec = spec
      self.source = source
      self.givenName = givenName.flatMap { Int($0) == nil ? $0 : nil }
    }
  }

  /// A layer of the model itself; the weights of nested layers count as its own.
  package struct Layer: Sendable {
    package let name: String
    /// In the order of the legacy formats.
    package let tensors: [Tensor]

    package init(name: String, tensors: [Tensor]) {
      self.name = name
      self.tensors = tensors
    }
  }

  /// The model or a layer in the tree of objects of Keras 3's formats.
  package struct Object: Sendable {
    /// `layers/lstm/cell`; empty for the model.
    package let path: String
    package let name: String
    /// In the order in which they are numbered.
    package let tensors: [Tensor]

    package init(path: String, name: String, tensors: [Tensor]) {
      self.path = path
      self.name = name
      self.tensors = tensors
    }
  }

  /// The model's description, as it was given, if there is one.
  package let modelConfig: JSONValue?
  package let kerasVersion: String
  /// The Keras backend that the file claims to come from; `nil` for files of Keras 1, which do not say.
  package let backend: String?
  /// The model's layers in their order, or why that is not known.
  package let layers: Result<[Layer], LayoutError>
  /// The tree of objects in the order of visiting, or why that is not known.
  package let objects: Result<[Object], LayoutError>
  /// How the values came to be, for people and tools; readers ignore it.
  package let provenance: [(name: String, value: Provenance)]
  /// How the model was compiled: the `compile_config` of an archive.
  package var training: JSONObject?
  /// Why Keras could not make the model of an archive from its description alone.
  package var archiveObstacle: LayoutError?
  /// What layers keep in files beside the weights, by their paths in an archive.
  package var assets: [FileLayout.Member] = []

  package enum Provenance: Sendable, Hashable {
    case text(String)
    case number(UInt64)
  }

  package init(
    modelConfig: JSONValue?, kerasVersion: String, backend: String?, layers: Result<[Layer], LayoutError>,
    objects: Result<[Object], LayoutError>, provenance: [(name: String, value: Provenance)]
  ) {
    self.modelConfig = modelConfig
    self.kerasVersion = kerasVersion
    self.backend = backend
    self.layers = layers
    self.objects = objects
    self.provenance = provenance
  }

  /// The same with some values of another origin: no seed that the file names draws them all.
  ///
  /// - Parameters:
  ///   - config: the model's description.
  ///   - provenance: what is true of the values all the same.
  /// - Returns: the contents.
  package func redrawn(
    describedBy config: JSONValue?, provenance: [(name: String, value: Provenance)]
  ) -> ContainerContents {
    var contents = ContainerContents(
      modelConfig: config, kerasVersion: kerasVersion, backend: backend, layers: layers, objects: objects,
      provenance: provenance)
    contents.archiveObstacle = archiveObstacle
    contents.training = training
    contents.assets = assets
    return contents
  }

  /// The same for the formats that list layers; others fail.
  package func withoutObjects(_ reason: LayoutError) -> ContainerContents {
    var contents = ContainerContents(
      modelConfig: modelConfig, kerasVersion: kerasVersion, backend: backend, layers: layers,
      objects: .failure(reason), provenance: provenance)
    contents.archiveObstacle = archiveObstacle
    contents.training = training
    return contents
  }
}
