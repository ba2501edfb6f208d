internal import HDF5
import OrderedJSON
package import Tensors

/// The weights of a file, of whatever container: what they are called, how they belong together and where
/// they lie.
package struct WeightCatalog: Sendable {
  /// What kind of file it is.
  package enum Container: String, Sendable, Hashable {
    /// A whole model, as `model.save("x.h5")` writes it.
    case legacyModel = "h5"
    /// Weights alone in the same form.
    case legacyWeights = "h5-weights"
    /// The object tree of Keras 3's `.weights.h5`.
    case objectTree = "weights.h5"
    /// A `.keras` archive.
    case archive = "keras"
    /// An object tree in several files.
    case shards = "weights.json"
    /// An HDF5 file that is none of Keras's.
    case foreign = "hdf5"
  }

  /// What wtool noted when it drew the weights.
  package struct Draw: Sendable, Hashable {
    /// The seed of the whole model.
    package let seed: UInt32
    /// The backend whose random numbers they are.
    package let backend: String
  }

  /// What the user calls the file.
  package let name: String
  package let container: Container
  package let tree: TensorTree
  /// What the file keeps for training beside the model: the number of its tensors.
  package let optimizerTensorCount: Int
  /// How many steps the optimizer has taken, if the file tells.
  package let iterations: Int?
  /// The paths of datasets that are no tensors of numbers.
  package let otherDatasets: [String]
  /// The version and backend that the file names.
  package let kerasVersion, backend: String?
  /// How the weights were drawn, if wtool did.
  package let draw: Draw?
  /// By `TensorTree.Tensor.index`.
  package let tensors: [StoredTensor]
  /// The HDF5 files that hold them; they stay open as long as the catalog is used.
  let members: [OpenedFile]
  /// The file that the user named.
  private let source: OpenedFile

  /// Reads the catalog of a file.
  package static func read(_ source: InputSource) throws(WeightFileError) -> WeightCatalog {
    try read(OpenedFile(source))
  }

  static func read(_ opened: OpenedFile) throws(WeightFileError) -> WeightCatalog {
    switch opened.format {
    case .hdf5: return try WeightCatalog(opened, as: nil, in: opened)
    case .zip:
      return try WeightCatalog(
        opened.archiveMember("model.weights.h5"), as: .archive, in: opened,
        kerasVersion: opened.archiveVersion())
    case .other: return try ShardIndex(opened).catalog()
    }
  }

  private init(
    _ file: OpenedFile, as container: Container?, in source: OpenedFile, kerasVersion: String? = nil
  ) throws(WeightFileError) {
    var reader = TreeReader(member: 0, fileSize: file.size)
    var contents = try reader.read(file)
    contents.kerasVersion = contents.kerasVersion ?? kerasVersion
    self.init(
      source, container: container ?? contents.container, contents, tensors: reader.tensors, members: [file])
  }

  init(
    _ source: OpenedFile, container: Container, _ contents: TreeReader.Contents, tensors: [StoredTensor],
    members: [OpenedFile]
  ) {
    self.source = source
    name = source.name
    self.container = container
    tree = contents.tree
    optimizerTensorCount = contents.optimizerTensorCount
    iterations = contents.iterations
    otherDatasets = contents.otherDatasets
    kerasVersion = contents.kerasVersion
    backend = contents.backend
    draw = contents.draw
    self.tensors = tensors
    self.members = members
  }

  /// The model that the file describes beside its weights.
  package func document() throws(WeightFileError) -> ModelDocument { try source.document() }

  /// Whether such a file describes its model.
  package var hasArchitecture: Bool { [.legacyModel, .archive].contains(container) }
}
