internal import HDF5
import Tensors
import Text

/// Reads the tensors of an HDF5 file and how they belong together.
///
/// Nothing that the file says is trusted: links may form circles, lists may name what is not there.
struct TreeReader {
  private var tensors: [StoredTensor] = []
  private var otherDatasets: [String] = []
  private var externals: [ExternalReference] = []
  private let view: FileView
  /// Which of a catalog's files this is.
  private let member: Int
  /// The index of the first tensor.
  private let firstIndex: Int
  private var visits = 0
  /// Whether it is no file of Keras's.
  private var isForeign = false

  /// No model has as many groups and datasets; circles of links have more.
  private static let visitLimit = 1 << 17
  static let depthLimit = 64

  private init(_ view: FileView, member: Int, firstIndex: Int) {
    self.view = view
    self.member = member
    self.firstIndex = firstIndex
  }

  /// Reads what an HDF5 file holds.
  ///
  /// - Parameters:
  ///   - view: the file.
  ///   - member: which of a catalog's files it is.
  ///   - firstIndex: the index of its first tensor in the catalog.
  /// - Returns: its tensors and how they belong together.
  /// - Throws: what of it cannot be read.
  static func read(_ view: FileView, member: Int, firstIndex: Int) throws(WeightFileError) -> ParsedTree {
    do throws(HDF5Error) {
      return try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(HDF5FileView(view), named: view.name) { root throws(HDF5Error) in
          var reader = TreeReader(view, member: member, firstIndex: firstIndex)
          var parsed = try reader.read(root)
          parsed.draw = try reader.draw(root)
          if case .string(let text)? = try root.attribute("wtool_calibration") { parsed.calibration = text }
          parsed.otherDatasets = reader.otherDatasets
          parsed.externals = reader.externals
          parsed.tensors = reader.tensors
          return parsed
        }
      }
    } catch {
      throw WeightFileError(in: view.name, error)
    }
  }

  private mutating func read(_ root: borrowing HDF5Group) throws(HDF5Error) -> ParsedTree {
    if try root.names("layer_names") != nil {
      let tree = try layerList(root)
      try noteOthers(in: root)
      return try origin(ParsedTree(container: .legacyWeights, tree: tree), root)
    }
    if try kind(of: "model_weights", in: root) == .group {
      let weights = try root.openGroup("model_weights")
      let tree = try layerList(weights)
      try noteOthers(in: root)
      var contents = try origin(ParsedTree(container: .legacyModel, tree: tree), weights)
      contents = try origin(contents, root)
      contents.hasTrainingConfig = try root.hasAttribute("training_config")
      if try kind(of: "optimizer_weights", in: root) == .group {
        let optimizer = try root.openGroup("optimizer_weights")
        let names = try optimizer.names("weight_names") ?? []
        contents.optimizerTensorCount = names.count
        // `iterations`, `iteration:0`, `RMSprop/iter:0`, and as early Keras 2 called it,
        // `Adam/iterations_1:0`.
        let steps = names.filter { $0.split(separator: "/").last?.hasPrefix("iter") == true }
        contents.iterations = try Self.iterations(steps, in: optimizer)
      }
      return contents
    }
    guard try hasMark(root) else {
      isForeign = true
      return ParsedTree(container: .foreign, tree: try foreign(root, path: "", depth: 0))
    }
    let whole = try object(root, unit: "", depth: 0)
    // Training keeps its own numbers beside those of the model.
    let optimizer = whole.branches.first { $0.attribute == "optimizer" }
    let hasInner =
      optimizer?.layers.contains { layer in
        layer.branches.contains { $0.attribute == "inner_optimizer" }
      } == true
    let training = TrainingState(in: whole)
    otherDatasets.append(contentsOf: training.metrics.map { tensors[$0.index - firstIndex].path })
    return ParsedTree(
      container: .objectTree, tree: training.tree, optimizerTensorCount: training.optimizers.count,
      iterations: optimizer == nil
        ? nil
        : try Self.iterations(
          ["optimizer/vars/0"] + (hasInner ? ["optimizer/inner_optimizer/vars/0"] : []), in: root))
  }

  /// How many steps were taken: where one optimizer is inside another, as in one that scales losses, only the
  /// inner one may count.
  private static func iterations(
    _ paths: [String], in group: borrowing HDF5Group
  ) throws(HDF5Error) -> Int? {
    var most: Int?
    for path in paths {
      guard let steps = try group.step(path) else { continue }
      most = max(most ?? steps, steps)
    }
    return most
  }

  /// Whether Keras 3 wrote the file.
  private mutating func hasMark(_ root: borrowing HDF5Group) throws(HDF5Error) -> Bool {
    for mark in ["layers", "vars", "_layer_checkpoint_dependencies"] {
      if try kind(of: mark, in: root) == .group { return true }
    }
    return false
  }

  private func origin(
    _ contents: ParsedTree, _ group: borrowing HDF5Group
  ) throws(HDF5Error) -> ParsedTree {
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

  /// The entries of a group that lead to something in this file, each of which is one step of the way.
  mutating func entries(
    _ group: borrowing HDF5Group
  ) throws(HDF5Error) -> [(name: String, kind: HDF5ObjectKind)] {
    let links = try group.links()
    for (link, next) in zip(links, links.dropFirst()) where link.name == next.name {
      throw group.failure("list the group", "it has two entries `\(link.name)`")
    }
    visits += links.count
    try visit(group, depth: 0)
    var entries: [(name: String, kind: HDF5ObjectKind)] = []
    for link in links {
      do throws(HDF5Error) {
        entries.append((link.name, try group.objectKind(link)))
        if case .soft(let target) = link.kind { note(softLink: link.name, to: target, in: group) }
      } catch {
        try note(error)
      }
    }
    return entries
  }

  /// What a path leads to; `nil` if there is no such entry, or it leads to another file.
  mutating func kind(
    of path: String, in group: borrowing HDF5Group
  ) throws(HDF5Error) -> HDF5ObjectKind? {
    do throws(HDF5Error) {
      guard let kind = try group.objectKind(path) else { return nil }
      if let link = try group.softLink(onTheWayTo: path) {
        note(softLink: link.path, to: link.target, in: group)
      }
      return kind
    } catch {
      try note(error)
      return nil
    }
  }

  /// Keeps a soft link in mind: Keras follows none.
  private mutating func note(softLink path: String, to target: String, in group: borrowing HDF5Group) {
    guard !isForeign else { return }
    let reference = ExternalReference(
      path: group.path(of: path), reason: "it is a soft link to `\(target)`, which Keras does not follow",
      isInside: true)
    if !externals.contains(reference) { externals.append(reference) }
  }

  /// Keeps in mind the datasets that no list of weights names.
  ///
  /// - Throws: if something cannot be read, which may hold them.
  private mutating func noteOthers(in root: borrowing HDF5Group) throws(HDF5Error) {
    try noteOthers(in: root, except: Set(tensors.map(\.path) + otherDatasets), depth: 0)
  }

  private mutating func noteOthers(
    in group: borrowing HDF5Group, except listed: Set<String>, depth: Int
  ) throws(HDF5Error) {
    try visit(group, depth: depth)
    for (name, kind) in try entries(group) {
      switch kind {
      case .group where depth == 0 && name == "optimizer_weights": break
      case .group: try noteOthers(in: group.openGroup(name), except: listed, depth: depth + 1)
      case .dataset:
        let dataset = try group.openDataset(name)
        if !listed.contains(dataset.path) { otherDatasets.append(dataset.path) }
      case .namedDatatype: break
      }
    }
  }

  var externalCount: Int { externals.count }

  /// Keeps in mind what is in another file; any other error is one of this file.
  private mutating func note(_ error: HDF5Error) throws(HDF5Error) {
    guard error.kind == .external, let path = error.object else { throw error }
    let reference = ExternalReference(
      path: path.hasPrefix("/") ? path : "/\(path)", reason: error.reason, files: error.otherFiles)
    if !externals.contains(reference) { externals.append(reference) }
    visits += 1
  }

  /// The datasets of a `vars` group: by number, then by name.
  mutating func variableNames(_ group: borrowing HDF5Group) throws(HDF5Error) -> [String] {
    try entries(group).filter { $0.kind == .dataset }.map(\.name).sorted(by: HDF5Group.inNumericOrder)
  }

  mutating func tensor(
    _ path: String, in group: borrowing HDF5Group, form: TensorTree.Form
  ) throws(HDF5Error) -> TensorTree.Tensor? {
    let count = externals.count
    guard try kind(of: path, in: group) == .dataset else {
      guard externals.count == count else { return nil }
      throw group.failure("open the dataset", "there is no dataset `\(path.clipped)`, which the file lists")
    }
    let dataset = try group.openDataset(path)
    try visit(dataset, depth: 0)
    guard let sizes = dataset.shape, let dtype = try dataset.dtype(in: form) else {
      // Keras stores no numbers of other types: this one was one of its own.
      if !isForeign, case .other = dataset.elementType {
        throw dataset.failure("open the dataset", "its elements are of no type that Keras stores")
      }
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
    let elsewhere = dataset.isLent(storage) ? nil : storage.elsewhere
    var storedByteCount = dataset.storedByteCount
    if let elsewhere {
      externals.append(
        ExternalReference(path: dataset.path, reason: elsewhere, files: storage.otherFiles))
    } else if case .virtual = storage {
      try dataset.checkSources()
      storedByteCount = UInt64(clamping: view.sizeWithLent)
    }
    let stored = StoredTensor(
      path: dataset.path, spec: spec, storage: storage.words, storedByteCount: storedByteCount,
      isExternal: elsewhere != nil, member: member,
      offset: try dataset.elementType.isLittleEndian ? offset(storage, spec, dataset) : nil)
    try checkStorage(storage, spec, dataset)
    guard stored.isExternal || stored.storedByteCount <= UInt64(max(0, view.sizeWithLent)) else {
      throw dataset.failure(
        "open the dataset",
        "it claims \(stored.storedByteCount) stored bytes; the file has \(view.sizeWithLent)")
    }
    tensors.append(stored)
    return TensorTree.Tensor(
      name: path, shape: spec.shape, dtype: dtype, index: firstIndex + tensors.count - 1)
  }

  /// Refuses storage that is not what the shape needs: libhdf5 reads past what there is.
  private func checkStorage(
    _ storage: HDF5Storage, _ spec: TensorSpec, _ dataset: borrowing HDF5Dataset
  ) throws(HDF5Error) {
    let needed: Int?
    switch storage {
    case .contiguous(offset: .some): needed = spec.byteCount
    case .chunked(let shape, let filters) where filters.isEmpty:
      needed = CheckedSize.product([try dataset.storedChunkCount(), spec.dtype.byteCount] + shape)
    case .compact, .contiguous, .chunked, .external, .virtual: return
    }
    guard let needed, dataset.storedByteCount == UInt64(needed) else {
      let words = needed.map { "\($0)" } ?? "more than 2^63"
      throw dataset.failure(
        "open the dataset", "its values take \(words) bytes; \(dataset.storedByteCount) are stored")
    }
  }

  /// Where the values lie in the file, if they are one run of bytes.
  private func offset(
    _ storage: HDF5Storage, _ spec: TensorSpec, _ dataset: borrowing HDF5Dataset
  ) throws(HDF5Error) -> Int64? {
    // A dataset may be one of another file, and lie there.
    guard case .contiguous(let place?) = storage, view.lent.isEmpty else { return nil }
    guard let offset = Int64(exactly: place), offset <= view.size,
      Int64(spec.byteCount) <= view.size - offset
    else {
      throw dataset.failure(
        "open the dataset", "its values lie beyond the end of the file; the file is damaged or truncated")
    }
    return offset
  }
}

extension HDF5FileView {
  init(_ view: FileView) {
    self.init(
      descriptor: view.descriptor.number, offset: UInt64(clamping: view.offset),
      size: UInt64(clamping: view.size),
      lent: view.lent.map {
        .init(name: $0.name, descriptor: $0.descriptor.number, size: UInt64(clamping: $0.size))
      })
  }
}

extension HDF5Storage {
  /// As listings show it.
  fileprivate var words: String {
    switch self {
    case .compact: return "compact"
    case .contiguous: return "contiguous"
    case .external: return "external"
    case .virtual: return "virtual"
    case .chunked(_, let filters):
      return (["chunked"] + filters.map(\.description)).joined(separator: ", ")
    }
  }
}

extension HDF5Dataset {
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
