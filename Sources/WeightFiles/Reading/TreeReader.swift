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
  /// Which of a catalogue's files this is.
  private let member: Int
  private var visits = 0
  /// What libhdf5 calls the file; external links lead to others.
  private var fileName: String?

  /// No model has as many groups and datasets; circles of links have more.
  private static let visitLimit = 1 << 17
  private static let depthLimit = 64

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
        // `iterations`, `iteration:0`, `RMSprop/iter:0`, and as early Keras 2 called it, `Adam/iterations_1:0`.
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

  private mutating func visit(
    _ object: borrowing some HDF5Object & ~Copyable, depth: Int
  ) throws(HDF5Error) {
    visits += 1
    guard visits <= Self.visitLimit, depth <= Self.depthLimit else {
      throw object.failure(
        "list the group", "the file's groups are too many or too deep: links may form a circle")
    }
  }

  /// The names of a group's entries, each of which is one step of the way.
  private mutating func links(_ group: borrowing HDF5Group) throws(HDF5Error) -> [String] {
    let names = try group.links().map(\.name)
    visits += names.count
    try visit(group, depth: 0)
    return names
  }

  private mutating func tensor(
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

// MARK: - Forms

extension TreeReader {
  /// Keras 1 and 2, and Keras 3's legacy files: a list of layers, each with a list of weights.
  private mutating func layerList(_ group: borrowing HDF5Group) throws(HDF5Error) -> TensorTree {
    var layers: [TensorTree] = []
    for name in try group.names("layer_names") ?? [] {
      guard group.objectKind(name) == .group else {
        throw group.failure("open the group", "there is no layer `\(name.clipped)`, which the file lists")
      }
      let layer = try group.openGroup(name)
      try visit(layer, depth: 0)
      var weights: [TensorTree.Tensor] = []
      for weight in try layer.names("weight_names") ?? [] {
        if let tensor = try tensor(weight, in: layer, path: weight, form: .layerList) {
          weights.append(tensor)
        }
      }
      layers.append(TensorTree(form: .layerList, name: name, unit: name, tensors: weights, branches: []))
    }
    return TensorTree(
      form: .layerList, name: "", unit: "", tensors: [],
      branches: [TensorTree.Branch(attribute: "layers", isList: true, layers: layers)])
  }

  /// Keras 3: a group for each object, its variables in `vars`, the objects that it holds beside that. A group without
  /// `vars` is a list of objects.
  private mutating func object(
    _ group: borrowing HDF5Group, unit: String, depth: Int
  ) throws(HDF5Error) -> TensorTree {
    try visit(group, depth: depth)
    var name = ""
    var own: [TensorTree.Tensor] = []
    var branches: [TensorTree.Branch] = []
    for link in try links(group) where group.objectKind(link) == .group {
      let child = try group.openGroup(link)
      if link == "vars" {
        if case .string(let text)? = try child.attribute("name") { name = text }
        for variable in try child.variableNames() {
          if let tensor = try tensor(variable, in: child, path: variable, form: .objectTree) {
            own.append(tensor)
          }
        }
      } else if child.objectKind("vars") == .group || depth >= Self.depthLimit {
        let layer = try object(child, unit: link, depth: depth + 1)
        branches.append(TensorTree.Branch(attribute: link, isList: false, layers: [layer]))
      } else {
        var layers: [TensorTree] = []
        for element in try links(child).sorted(by: HDF5Group.inNumericOrder)
        where child.objectKind(element) == .group {
          layers.append(try object(child.openGroup(element), unit: element, depth: depth + 2))
        }
        branches.append(TensorTree.Branch(attribute: link, isList: true, layers: layers))
      }
    }
    return TensorTree(form: .objectTree, name: name, unit: unit, tensors: own, branches: branches)
  }

  /// Any other HDF5 file: every dataset is a tensor of the group that it is in.
  private mutating func foreign(
    _ group: borrowing HDF5Group, path: String, depth: Int
  ) throws(HDF5Error) -> TensorTree {
    try visit(group, depth: depth)
    var own: [TensorTree.Tensor] = []
    var layers: [TensorTree] = []
    for link in try links(group) {
      switch group.objectKind(link) {
      case .dataset?:
        if let tensor = try tensor(link, in: group, path: link, form: .objectTree) { own.append(tensor) }
      case .group?:
        let name = path.isEmpty ? link : "\(path)/\(link)"
        layers.append(try foreign(group.openGroup(link), path: name, depth: depth + 1))
      case .namedDatatype?, nil: break
      }
    }
    return TensorTree(
      form: .objectTree, name: path, unit: path, tensors: own,
      branches: layers.isEmpty ? [] : [TensorTree.Branch(attribute: "", isList: true, layers: layers)])
  }
}

// MARK: - HDF5 conventions of Keras

extension HDF5Group {
  /// A list of names in one attribute, or in numbered ones: `layer_names0`, `layer_names1` …
  fileprivate func names(_ attribute: String) throws(HDF5Error) -> [String]? {
    if let value = try self.attribute(attribute) { return try names(value, attribute) }
    var all: [String] = []
    var count = 0
    while let value = try self.attribute("\(attribute)\(count)") {
      all += try names(value, attribute)
      count += 1
    }
    return count == 0 ? nil : all
  }

  private func names(_ value: HDF5AttributeValue, _ attribute: String) throws(HDF5Error) -> [String] {
    switch value {
    case .strings(let strings, _): return strings
    case .string(let string): return [string]
    case .empty: return []
    // An empty list is an empty array of some other type.
    case .floats(let values, _) where values.isEmpty: return []
    case .integers(let values, _) where values.isEmpty: return []
    case .floats, .integers, .unsupported:
      throw failure("read the attribute `\(attribute)` of", "it is not a list of names")
    }
  }

  /// A scalar whole number.
  fileprivate func step(_ path: String) throws(HDF5Error) -> Int? {
    guard objectKind(path) == .dataset else { return nil }
    let dataset = try openDataset(path)
    guard case .integer = dataset.elementType, dataset.shape == [] || dataset.shape == [1] else { return nil }
    return try dataset.read(as: Int64.self).first.map { Int($0) }
  }

  /// The datasets of a `vars` group: by number, then by name.
  fileprivate func variableNames() throws(HDF5Error) -> [String] {
    var names: [String] = []
    for link in try links() where objectKind(link.name) == .dataset { names.append(link.name) }
    return names.sorted(by: Self.inNumericOrder)
  }

  /// `dense`, `dense_1`, `dense_2`, `dense_10`; `0`, `1`, `10`; anything else by its letters.
  fileprivate static func inNumericOrder(_ one: String, _ other: String) -> Bool {
    let (first, second) = (split(one), split(other))
    return (first.stem, first.number, one) < (second.stem, second.number, other)
  }

  private static func split(_ name: String) -> (stem: String, number: Int) {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
    let stem = String(name.dropLast(digits.count))
    guard stem.isEmpty || stem.hasSuffix("_"), let number = Int(String(digits.reversed())) else {
      return (name + "_", -1)
    }
    return (stem, number)
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
