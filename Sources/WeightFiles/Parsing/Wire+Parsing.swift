internal import Confinement
import Failures
import Tensors

// Requests and replies as bytes. What is written by one process of this program is read by another, so there
// are no versions; what is read may be a cell's that a file has taken over, so it is checked as strangers'
// bytes are.

extension ParserRequest {
  var view: FileView {
    switch self {
    case .tree(let view, _, _), .model(let view), .archive(let view), .place(let view, _),
      .text(let view, _):
      view
    }
  }

  func about(_ view: FileView) -> ParserRequest {
    switch self {
    case .tree(_, let member, let firstIndex): .tree(view, member: member, firstIndex: firstIndex)
    case .model: .model(view)
    case .archive: .archive(view)
    case .place(_, let entry): .place(view, entry)
    case .text(_, let entry): .text(view, entry)
    }
  }
}

extension BlockRequest {
  /// What fails if the bytes cannot be had.
  var attempt: String {
    switch self {
    case .values(_, let tensor, _): "read the dataset `\(tensor.path)`"
    case .unpacked(_, let entry): "unpack `\(entry.name)`"
    }
  }

  var view: FileView {
    switch self {
    case .values(let view, _, _), .unpacked(let view, _): view
    }
  }

  func about(_ view: FileView) -> BlockRequest {
    switch self {
    case .values(_, let tensor, let range): .values(view, tensor, range)
    case .unpacked(_, let entry): .unpacked(view, entry)
    }
  }
}

// MARK: - Requests

extension WireWriter {
  mutating func write(_ view: FileView) {
    write(view.name)
    write(view.descriptor.identity)
    write(Int(view.descriptor.number))
    write(Int(view.offset))
    write(Int(view.size))
    write(view.lent) {
      $0.write($1.name)
      $0.write($1.descriptor.identity)
      $0.write(Int($1.descriptor.number))
      $0.write(Int($1.size))
    }
  }

  mutating func write(_ request: ParserRequest) {
    write(request.view)
    switch request {
    case .tree(_, let member, let firstIndex):
      write(0)
      write(member)
      write(firstIndex)
    case .model: write(1)
    case .archive: write(2)
    case .place(_, let entry):
      write(3)
      write(entry)
    case .text(_, let entry):
      write(4)
      write(entry)
    }
  }

  mutating func write(_ request: BlockRequest) {
    write(request.view)
    switch request {
    case .values(_, let tensor, let range):
      write(0)
      write(tensor)
      write(range.lowerBound)
      write(range.upperBound)
    case .unpacked(_, let entry):
      write(1)
      write(entry)
    }
  }

  mutating func write(_ entry: ArchiveEntry) {
    write(entry.name)
    write(Int(entry.method))
    write(Int(entry.checksum))
    write(Int(entry.storedSize))
    write(Int(entry.size))
    write(Int(entry.headerOffset))
  }
}

extension WireReader {
  mutating func readView() throws(WireError) -> FileView {
    let (name, descriptor) = (try readString(), try readDescriptor())
    let (offset, size) = (try readSize(), try readSize())
    let lent = try readArray { reader throws(WireError) in
      LentFile(
        name: try reader.readString(), descriptor: try reader.readDescriptor(),
        size: Int64(try reader.readSize()))
    }
    return FileView(
      name: name, descriptor: descriptor, offset: Int64(offset), size: Int64(size), lent: lent)
  }

  private mutating func readDescriptor() throws(WireError) -> OpenDescriptor {
    let identity = try readInt()
    guard let number = Int32(exactly: try readInt()) else { throw WireError() }
    return OpenDescriptor(number, attachedAs: identity)
  }

  mutating func readParserRequest() throws(WireError) -> ParserRequest {
    let view = try readView()
    switch try readInt() {
    case 0: return .tree(view, member: try readSize(), firstIndex: try readSize())
    case 1: return .model(view)
    case 2: return .archive(view)
    case 3: return .place(view, try readEntry())
    case 4: return .text(view, try readEntry())
    default: throw WireError()
    }
  }

  mutating func readBlockRequest() throws(WireError) -> BlockRequest {
    let view = try readView()
    switch try readInt() {
    case 0:
      let tensor = try readTensor()
      let (start, end) = (try readSize(), try readSize())
      guard start <= end else { throw WireError() }
      return .values(view, tensor, start..<end)
    case 1: return .unpacked(view, try readEntry())
    default: throw WireError()
    }
  }

  mutating func readEntry() throws(WireError) -> ArchiveEntry {
    let name = try readString()
    guard let method = UInt16(exactly: try readInt()), let checksum = UInt32(exactly: try readInt()) else {
      throw WireError()
    }
    return ArchiveEntry(
      name: name, method: method, checksum: checksum, storedSize: Int64(try readSize()),
      size: Int64(try readSize()), headerOffset: Int64(try readSize()))
  }
}

// MARK: - Replies

extension WireWriter {
  mutating func write(failure: WeightFileError) {
    write(false)
    write(FailureKind.allCases.firstIndex(of: failure.kind) ?? 0)
    write(failure.place) { $0.write($1) }
    write(failure.attempt) { $0.write($1) }
    write(failure.reason)
  }

  mutating func write(_ reply: ParserReply) {
    switch reply {
    case .tree(let tree):
      write(0)
      write(tree)
    case .model(let document):
      write(1)
      write(document.text)
      write(document.kerasVersion) { $0.write($1) }
      write(document.backend) { $0.write($1) }
      write(document.training) { $0.write($1) }
    case .archive(let entries):
      write(2)
      write(entries) { $0.write($1) }
    case .place(let place):
      write(3)
      write(Int(place))
    case .text(let text):
      write(4)
      write(text)
    }
  }

  private mutating func write(_ parsed: ParsedTree) {
    write(parsed.container.rawValue)
    write(parsed.tree)
    write(parsed.optimizerTensorCount)
    write(parsed.hasTrainingConfig)
    write(parsed.iterations) { $0.write($1) }
    write(parsed.otherDatasets) { $0.write($1) }
    write(parsed.kerasVersion) { $0.write($1) }
    write(parsed.backend) { $0.write($1) }
    write(parsed.draw) {
      $0.write(Int($1.seed))
      $0.write($1.backend)
    }
    write(parsed.calibration) { $0.write($1) }
    write(parsed.externals) {
      $0.write($1.path)
      $0.write($1.reason)
      $0.write($1.files) { $0.write($1) }
      $0.write($1.isInside)
    }
    write(parsed.tensors) { $0.write($1) }
  }

  private mutating func write(_ tree: TensorTree) {
    write(tree.form == .layerList)
    write(tree.name)
    write(tree.unit)
    write(tree.tensors) {
      $0.write($1.name)
      $0.write($1.shape)
      $0.write($1.dtype)
      $0.write($1.index)
    }
    write(tree.branches) {
      $0.write($1.attribute)
      $0.write($1.isList)
      $0.write($1.layers) { $0.write($1) }
    }
  }

  mutating func write(_ tensor: StoredTensor) {
    write(tensor.path)
    write(tensor.spec.shape)
    write(tensor.spec.dtype)
    write(tensor.storage)
    write(tensor.storedByteCount)
    write(tensor.isExternal)
    write(tensor.member)
    write(tensor.offset) { $0.write(Int($1)) }
  }

  private mutating func write(_ shape: Shape) { write(shape.dimensions) { $0.write($1) } }

  private mutating func write(_ dtype: DType) { write(dtype.rawValue) }
}

extension WireReader {
  /// A value, or the failure of whoever should have made it.
  mutating func readResult<Value>(
    _ read: (inout WireReader) throws(WireError) -> Value
  ) throws(WireError) -> Result<Value, WeightFileError> {
    if try readBool() { return .success(try read(&self)) }
    let kinds = FailureKind.allCases
    let kind = try readSize()
    guard kinds.indices.contains(kind) else { throw WireError() }
    let place = try readOptional { reader throws(WireError) in try reader.readString() }
    let attempt = try readOptional { reader throws(WireError) in try reader.readString() }
    return .failure(WeightFileError(kinds[kind], in: place, attempt: attempt, try readString()))
  }

  mutating func readReply() throws(WireError) -> ParserReply {
    switch try readInt() {
    case 0: return .tree(try readParsedTree())
    case 1:
      let text = try readBytes()
      let version = try readOptional { reader throws(WireError) in try reader.readString() }
      let backend = try readOptional { reader throws(WireError) in try reader.readString() }
      let training = try readOptional { reader throws(WireError) in try reader.readBytes() }
      return .model(
        ModelDocument(
          text: text, kerasVersion: version, backend: backend, training: training, isFile: false))
    case 2: return .archive(try readArray { reader throws(WireError) in try reader.readEntry() })
    case 3: return .place(Int64(try readSize()))
    case 4: return .text(try readBytes())
    default: throw WireError()
    }
  }

  private mutating func readParsedTree() throws(WireError) -> ParsedTree {
    guard let container = WeightCatalog.Container(rawValue: try readString()) else { throw WireError() }
    var parsed = ParsedTree(container: container, tree: try readTree())
    parsed.optimizerTensorCount = try readSize()
    parsed.hasTrainingConfig = try readBool()
    parsed.iterations = try readOptional { reader throws(WireError) in try reader.readInt() }
    parsed.otherDatasets = try readArray { reader throws(WireError) in try reader.readString() }
    parsed.kerasVersion = try readOptional { reader throws(WireError) in try reader.readString() }
    parsed.backend = try readOptional { reader throws(WireError) in try reader.readString() }
    parsed.draw = try readOptional { reader throws(WireError) in
      guard let seed = UInt32(exactly: try reader.readInt()) else { throw WireError() }
      return WeightCatalog.Draw(seed: seed, backend: try reader.readString())
    }
    parsed.calibration = try readOptional { reader throws(WireError) in try reader.readString() }
    parsed.externals = try readArray { reader throws(WireError) in
      ExternalReference(
        path: try reader.readString(), reason: try reader.readString(),
        files: try reader.readArray { reader throws(WireError) in try reader.readString() },
        isInside: try reader.readBool())
    }
    parsed.tensors = try readArray { reader throws(WireError) in try reader.readTensor() }
    return parsed
  }

  private mutating func readTree() throws(WireError) -> TensorTree {
    let form: TensorTree.Form = try readBool() ? .layerList : .objectTree
    let (name, unit) = (try readString(), try readString())
    let tensors = try readArray { reader throws(WireError) in
      TensorTree.Tensor(
        name: try reader.readString(), shape: try reader.readShape(), dtype: try reader.readDType(),
        index: try reader.readSize())
    }
    let branches = try readArray { reader throws(WireError) in
      TensorTree.Branch(
        attribute: try reader.readString(), isList: try reader.readBool(),
        layers: try reader.readArray { reader throws(WireError) in try reader.readTree() })
    }
    return TensorTree(form: form, name: name, unit: unit, tensors: tensors, branches: branches)
  }

  mutating func readTensor() throws(WireError) -> StoredTensor {
    let path = try readString()
    let spec: TensorSpec
    let (shape, dtype) = (try readShape(), try readDType())
    do throws(ShapeOverflow) { spec = try TensorSpec(path: path, shape: shape, dtype: dtype) } catch {
      throw WireError()
    }
    return StoredTensor(
      path: path, spec: spec, storage: try readString(), storedByteCount: try readUnsigned(),
      isExternal: try readBool(), member: try readSize(),
      offset: try readOptional { reader throws(WireError) in Int64(try reader.readSize()) })
  }

  private mutating func readShape() throws(WireError) -> Shape {
    Shape(try readArray { reader throws(WireError) in try reader.readSize() })
  }

  private mutating func readDType() throws(WireError) -> DType {
    guard let dtype = DType(rawValue: try readString()) else { throw WireError() }
    return dtype
  }
}
