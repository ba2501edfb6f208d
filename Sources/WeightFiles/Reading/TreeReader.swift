internal import HDF5
import Tensors
import Text

/// Reads the tensors of an HDF5 file and how they belong together.
///
/// Nothing that the file says is trusted: links may form circles, lists may name what is not there.
struct TreeReader {
  /// What a file turned out to be.
  struct Contents: Sendable {
    let container: WeightCatalog.Container
    var tree: TensorTree
    var optimizerTensorCount = 0
    var iterations: Int?
    /// The paths of datasets that are no tensors of numbers.
    var otherDatasets: [String] = []
    var kerasVersion, backend: String?
    var draw: WeightCatalog.Draw?
  }

  private(set) var tensors: [StoredTensor] = []
  private var otherDatasets: [String] = []
  /// Which of a catalog's files this is.
  private let member: Int
  private var visits = 0
  /// What libhdf5 calls the file; external links lead to others.
  private var fileName: String?

  /// No model has as many groups and datasets; circles of links have more.
  private static let visitLimit = 1 << 17
  static let depthLimit = 64

  /// How many bytes the file has.
  private let fileSize: Int64

  init(member: Int, fileSize: Int64, following tensors: [StoredTensor] = []) {
    self.member = member
    self.fileSize = fileSize
    self.tensors = tensors
  }

  mutating func read(_ file: OpenedFile) throws(WeightFileError) -> Contents {
    let (path, member, before, size) = (file.path, member, tensors, file.size)
    do throws(HDF5Error) {
      let (result, reader) = try HDF5Session.run { session throws(HDF5Error) in
        var reader = TreeReader(member: member, fileSize: size, following: before)
        let root = try session.openFile(at: path).root()
        var contents = try reader.read(root)
        contents.draw = try reader.draw(root)
        contents.otherDatasets = reader.otherDatasets
        return (contents, reader)
      }
      self = reader
      return result
    } catch {
      throw WeightFileError(in: file.name, error)
    }
  }

  private mutating func read(_ root: borrowing HDF5Group) throws(HDF5Error) -> Contents {
    fileName = root.fileName
    if try root.names("layer_names") != nil {
      return try origin(Contents(container: .legacyWeights, tree: layerList(root)), root)
    }
    if root.objectKind("model_weights") == .group {
      let weights = try root.openGroup("model_weights")
      var contents = try origin(Contents(container: .legacyModel, tree: layerList(weights)), weights)
      contents = try origin(contents, root)
      if root.objectKind("optimizer_weights") == .group {
        let optimizer = try root.openGroup("optimizer_weights")
        let names = try optimizer.names("weight_names") ?? []
        contents.optimizerTensorCount = names.count
        // `iterations`, `iteration:0`, `RMSprop/iter:0`, and as early Keras 2 called it,
        // `Adam/iterations_1:0`.
        if let steps = names.first(where: { $0.split(separator: "/").last?.hasPrefix("iter") == true }) {
          contents.iterations = try? optimizer.step(steps)
        }
      }
      return contents
    }
    let marks = ["layers", "vars", "_layer_checkpoint_dependencies"]
    guard marks.contains(where: { root.objectKind($0) == .group }) else {
      return Contents(container: .foreign, tree: try foreign(root, path: "", depth: 0))
    }
    let whole = try object(root, unit: "", depth: 0)
    // Training keeps its own numbers beside those of the model.
    let optimizer = whole.branches.first { $0.attribute == "optimizer" }
    let tree = TensorTree(
      form: whole.form, name: whole.name, unit: whole.unit, tensors: whole.tensors,
      branches: whole.branches.filter { $0.attribute != "optimizer" })
    return Contents(
      container: .objectTree, tree: tree,
      optimizerTensorCount: optimizer?.layers.reduce(0) { $0 + $1.allTensors.count } ?? 0,
      iterations: optimizer == nil ? nil : try? root.openGroup("optimizer").openGroup("vars").step("0"))
  }

  private func origin(
    _ contents: Contents, _ group: borrowing HDF5Group
  ) throws(HDF5Error) -> Contents {
    var contents = contents
    if case .string(let version)? = try group.attribute("keras_version") { contents.kerasVersion = version }
    if case .string(let backend)? = try group.attribute("backend") { contents.backend = backend }
    return contents
  }

  /// What wtool noted when it drew the file's weights.
  private func draw(_ root: borrowing HDF5Group) throws(HDF5Error) -> WeightCatalog.Draw? {
    guard case .integers(let seeds, _)? = try root.attribute("wtool_seed"), let seed = seeds.first,
      case .string(let backend)? = try root.attribute("wtool_backend")
    else { return nil }
    return UInt32(exactly: seed).map { WeightCatalog.Draw(seed: $0, backend: backend) }
  }

  mutating func visit(
    _ object: borrowing some HDF5Object & ~Copyable, depth: Int
  ) throws(HDF5Error) {
    visits += 1
    guard visits <= Self.visitLimit, depth <= Self.depthLimit else {
      throw object.failure(
        "list the group", "the file's groups are too many or too deep: links may form a circle")
    }
  }

  /// The names of a group's entries, each of which is one step of the way.
  mutating func links(_ group: borrowing HDF5Group) throws(HDF5Error) -> [String] {
    let names = try group.links().map(\.name)
    visits += names.count
    try visit(group, depth: 0)
    return names
  }

  mutating func tensor(
    _ name: String, in group: borrowing HDF5Group, path: String, form: TensorTree.Form
  ) throws(HDF5Error) -> TensorTree.Tensor? {
    guard group.objectKind(path) == .dataset else {
      throw group.failure("open the dataset", "there is no dataset `\(path.clipped)`, which the file lists")
    }
    let dataset = try group.openDataset(path)
    try visit(dataset, depth: 0)
    guard let sizes = dataset.shape, let dtype = try dataset.dtype(in: form) else {
      otherDatasets.append(dataset.path)
      return nil
    }
    let spec: TensorSpec
    do throws(ShapeOverflow) {
      spec = try TensorSpec(path: dataset.path, shape: Shape(sizes), dtype: dtype)
    } catch {
      throw dataset.failure("open the dataset", "\(error)")
    }
    let storage = try dataset.storage()
    var offset: UInt64?
    if case .contiguous(let place) = storage, dataset.isLittleEndian, dataset.fileName == fileName {
      let (end, overflow) = (place ?? 0).addingReportingOverflow(UInt64(spec.byteCount))
      guard place == nil || !overflow && end <= UInt64(max(0, fileSize)) else {
        throw dataset.failure(
          "open the dataset", "its values lie beyond the end of the file; the file is damaged or truncated")
      }
      offset = place
    }
    tensors.append(
      StoredTensor(
        path: dataset.path, spec: spec, storage: storage.words, storedByteCount: dataset.storedByteCount,
        member: member, offset: offset,
        chunks: dataset.isLittleEndian
          ? ChunkGrid(shape: sizes, storage, bytesPerElement: spec.dtype.byteCount) : nil))
    return TensorTree.Tensor(name: name, shape: spec.shape, dtype: dtype, index: tensors.count - 1)
  }
}

extension HDF5Storage {
  /// As listings show it.
  fileprivate var words: String {
    switch self {
    case .compact: return "compact"
    case .contiguous: return "contiguous"
    case .elsewhere: return "external"
    case .chunked(_, let filters):
      return (["chunked"] + filters.map(\.description)).joined(separator: ", ")
    }
  }
}

extension HDF5Dataset {
  fileprivate var isLittleEndian: Bool {
    switch elementType {
    case .float(_, .little), .integer(_, _, .little), .boolean, .opaque: true
    case .float, .integer, .string, .other: false
    }
  }

  /// The type that Keras would call it; `nil` for what is no number.
  fileprivate func dtype(in form: TensorTree.Form) throws(HDF5Error) -> DType? {
    guard case .opaque(let byteCount, _) = elementType else { return DType(elementType) }
    // Keras stores bfloat16 as opaque bytes, and says so in an attribute, but in lists of layers.
    guard byteCount == 2 else { return nil }
    if form == .layerList { return .bfloat16 }
    guard case .string("bfloat16")? = try attribute("dtype") else { return nil }
    return .bfloat16
  }
}
