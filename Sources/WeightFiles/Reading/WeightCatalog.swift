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
  /// Whether a whole-model `.h5` says how the model was compiled.
  package let hasTrainingConfig: Bool
  /// How many steps the optimizer has taken, if the file tells.
  package let iterations: Int?
  /// The paths of datasets that are no tensors of numbers.
  package let otherDatasets: [String]
  /// The version and backend that the file names.
  package let kerasVersion, backend: String?
  /// How the weights were drawn, if wtool did.
  package let draw: Draw?
  /// By what wtool multiplied kernels, as the file's attribute spells it; `nil` if it did not.
  package let calibrationText: String?
  /// By `TensorTree.Tensor.index`.
  package let tensors: [StoredTensor]
  /// What an archive has for layers beside the weights.
  package let assets: [ArchiveAsset]
  /// What is not in the file itself: its values are not read.
  package let externals: [ExternalReference]
  /// The HDF5 files that hold them; they stay open as long as the catalog is used.
  let members: [StoredFile]
  /// The file that the user named.
  private let source: OpenedFile

  /// Reads the catalog of a file.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - parsing: where it is taken apart.
  /// - Returns: its tensors.
  /// - Throws: what of it cannot be read.
  package static func read(
    _ source: InputSource, _ parsing: FileParsing = FileParsing()
  ) throws(WeightFileError) -> WeightCatalog {
    try read(OpenedFile(source, parsing))
  }

  static func read(_ opened: OpenedFile) throws(WeightFileError) -> WeightCatalog {
    switch opened.format {
    case .hdf5:
      let (file, parsed) = try StoredFile.read(opened.view, in: opened, member: 0, firstIndex: 0)
      return WeightCatalog(opened, container: parsed.container, parsed, members: [file])
    case .zip:
      let archive = try OpenedArchive(opened)
      let (view, holder) = try archive.weights()
      var (file, parsed) = try StoredFile.read(view, in: holder, member: 0, firstIndex: 0)
      if parsed.kerasVersion == nil { parsed.kerasVersion = try archive.version() }
      parsed.otherDatasets.append(contentsOf: archive.otherMembers)
      return WeightCatalog(opened, container: .archive, parsed, members: [file], assets: archive.assets)
    case .folder:
      var (file, parsed) = try StoredFile.read(opened.view, in: opened, member: 0, firstIndex: 0)
      let (version, assets) = try opened.unzipped { folder, limits throws(WeightFileError) in
        (try folder.version(limits), try folder.assets())
      }
      if parsed.kerasVersion == nil { parsed.kerasVersion = version }
      return WeightCatalog(opened, container: .archive, parsed, members: [file], assets: assets)
    case .other: return try ShardIndex(opened).catalog()
    }
  }

  init(
    _ source: OpenedFile, container: Container, _ parsed: ParsedTree, members: [StoredFile],
    assets: [ArchiveAsset] = []
  ) {
    self.assets = assets
    self.source = source
    name = source.name
    self.container = container
    tree = parsed.tree
    optimizerTensorCount = parsed.optimizerTensorCount
    hasTrainingConfig = parsed.hasTrainingConfig
    iterations = parsed.iterations
    otherDatasets = parsed.otherDatasets
    kerasVersion = parsed.kerasVersion
    backend = parsed.backend
    draw = parsed.draw
    calibrationText = parsed.calibration
    tensors = parsed.tensors
    externals = parsed.externals
    self.members = members
  }

  /// Why the file's values are not read; `nil` if they are.
  ///
  /// As many bytes must be stored as the values take, compressed at best, of each tensor and of all together;
  /// and links must not lead to the same ones again and again.
  package var refusal: (path: String, reason: String)? {
    var (free, stored) = (0, 0)
    let size = members.map { Int(clamping: $0.view.sizeWithLent) }.saturatingSum
    for tensor in tensors where !tensor.isExternal {
      if let refusal = tensor.refusal { return (tensor.path, refusal) }
      if !tensor.isBacked { free = [free, tensor.spec.byteCount].saturatingSum }
      stored = [stored, Int(clamping: tensor.storedByteCount)].saturatingSum
      guard free <= ReadingLimits.freeByteCount else {
        return (
          tensor.path, "this and others claim far more bytes than are stored: no weights compress that well"
        )
      }
      guard stored / 16 <= max(size, 1 << 16) else {
        return (tensor.path, "this and others claim more stored bytes than the file has")
      }
    }
    return nil
  }

  /// The bytes of assets.
  ///
  /// - Throws: if they cannot be read, or are too many.
  package func members(_ assets: [ArchiveAsset]) throws(WeightFileError) -> [FileLayout.Member] {
    if assets.isEmpty { return [] }
    guard source.format == .folder else { return try OpenedArchive(source).members(assets) }
    try source.checkText(assets.map { Int(clamping: $0.byteCount) }.saturatingSum, "all of `assets`")
    return try source.unzipped { folder, limits throws(WeightFileError) in
      try assets.map { asset throws(WeightFileError) in
        FileLayout.Member(name: asset.name, bytes: try folder.bytes(of: asset.name, limits))
      }
    }
  }

  /// The model that the file describes beside its weights.
  package func document() throws(WeightFileError) -> ModelDocument { try source.document() }

  /// Whether such a file describes its model.
  package var hasArchitecture: Bool { [.legacyModel, .archive].contains(container) }
}
