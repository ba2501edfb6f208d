import Failures
import Glibc
import Tensors

@testable import Confinement
@testable import WeightFiles

private let limits = ReadingLimits(memory: 1 << 28)

/// Tensors and members with more bytes are listed and not read: executions have to be many.
private let byteLimit = 1 << 16

private func view(_ bytes: [UInt8]) -> FileView {
  MemoryFile.shared.replace(bytes)
  return FileView(
    name: "input", descriptor: OpenDescriptor(MemoryFile.shared.descriptor, attachedAs: 1), offset: 0,
    size: Int64(bytes.count))
}

/// What a cell answers arrives as it was sent.
private func checkWire(_ reply: ParserReply) {
  var writer = WireWriter()
  writer.write(reply)
  var reader = WireReader(writer.bytes)
  guard let received = try? reader.readReply() else { return require(false, "a reply can be read") }
  require(reader.isAtEnd, "a reply is read to its end")
  var again = WireWriter()
  again.write(received)
  require(again.bytes == writer.bytes, "a reply arrives as it was sent")
}

/// ZIP archives: the directory, and the members as texts and in blocks.
func readArchive(_ bytes: [UInt8]) {
  let view = view(bytes)
  let parser = LocalParser(limits)
  guard let reply = try? parser.answer(.archive(view)), case .archive(let entries) = reply else { return }
  checkWire(reply)
  for entry in entries.prefix(16) {
    _ = try? parser.answer(.place(view, entry))
    if entry.size <= byteLimit, case .text(let text)? = try? parser.answer(.text(view, entry)) {
      require(text.count == entry.size, "a member has the size that the directory says")
    }
    var block = [UInt8](repeating: 0, count: 4096)
    var rounds = 0
    while rounds < 16 {
      var span = block.mutableSpan
      var raw = span.mutableBytes
      guard let count = try? parser.fill(&raw, .unpacked(view, entry)), count > 0 else { break }
      require(count <= 4096, "a block is not longer than its buffer")
      rounds += 1
    }
  }
}

/// HDF5 files: the tree, the description of the model, and the values of small tensors, whole and in part.
func readHDF5(_ bytes: [UInt8]) {
  let view = view(bytes)
  let parser = LocalParser(limits)
  _ = try? parser.answer(.model(view))
  guard let reply = try? parser.answer(.tree(view, member: 0, firstIndex: 0)), case .tree(let parsed) = reply
  else { return }
  require(
    parsed.isConsistent(member: 0, firstIndex: 0, fileSize: view.size), "the tree names tensors that exist")
  checkWire(reply)
  for tensor in parsed.tensors.prefix(32) where tensor.spec.byteCount <= byteLimit {
    let count = tensor.spec.elementCount
    for range in [0..<count, count / 3..<count - count / 4] where !range.isEmpty {
      var values = [UInt8](repeating: 0, count: range.count * tensor.spec.dtype.byteCount)
      var span = values.mutableSpan
      var raw = span.mutableBytes
      _ = try? parser.fill(&raw, .values(view, tensor, range))
    }
  }
}

/// Writes the answer of a cell about an HDF5 file.
func writeReply(to path: String, about file: String) {
  guard let source = try? OpenedFile(.path(file), FileParsing()) else { return }
  var writer = WireWriter()
  do {
    let reply = try withExtendedLifetime(source) {
      try LocalParser(limits).answer(.tree(source.view, member: 0, firstIndex: 0))
    }
    writer.write(true)
    writer.write(reply)
  } catch let error as WeightFileError { writer.write(failure: error) } catch { return }
  guard let output = fopen(path, "w") else { return }
  fwrite(writer.bytes, 1, writer.bytes.count, output)
  fclose(output)
}

/// Replies and requests of processes that a file may have taken over.
func readWire(_ bytes: [UInt8]) {
  var replies = WireReader(bytes)
  let result = try? replies.readResult { reader throws(WireError) in try reader.readReply() }
  if case .success(let reply)? = result { checkWire(reply) }
  var requests = WireReader(bytes)
  _ = try? requests.readParserRequest()
  var blocks = WireReader(bytes)
  _ = try? blocks.readBlockRequest()
  var sizes = WireReader(bytes)
  _ = try? sizes.readResult { reader throws(WireError) in try reader.readSize() }
}
