import Confinement
import Failures
import Tensors
import Testing

@testable import WeightFiles

@Suite struct ParserMessageTests {
  private func tree() throws -> ParsedTree {
    let shape: Shape = [2, 3]
    let tensor = TensorTree.Tensor(name: "kernel", shape: shape, dtype: .float32, index: 0)
    let layer = TensorTree(form: .objectTree, name: "dense", unit: "dense", tensors: [tensor], branches: [])
    let root = TensorTree(
      form: .objectTree, name: "", unit: "", tensors: [],
      branches: [TensorTree.Branch(attribute: "layers", isList: true, layers: [layer])])
    var parsed = ParsedTree(container: .objectTree, tree: root)
    parsed.iterations = -1
    parsed.kerasVersion = "3.15.1"
    parsed.draw = WeightCatalog.Draw(seed: .max, backend: "jax")
    parsed.externals = [ExternalReference(path: "/x", reason: "elsewhere")]
    parsed.tensors = [
      StoredTensor(
        path: "/k", spec: try TensorSpec(path: "/k", shape: shape, dtype: .float32), storage: "contiguous",
        storedByteCount: 24, isExternal: false, member: 0, offset: 2048)
    ]
    return parsed
  }

  @Test func `a tree arrives as it was sent`() throws {
    let sent = try tree()
    var writer = WireWriter()
    writer.write(.tree(sent))
    var reader = WireReader(writer.bytes)
    guard case .tree(let received) = try reader.readReply() else {
      Issue.record("another reply")
      return
    }
    #expect(reader.isAtEnd)
    #expect(received.tree == sent.tree)
    #expect(received.tensors == sent.tensors)
    #expect(received.externals == sent.externals)
    #expect(received.draw == sent.draw)
    #expect(received.iterations == sent.iterations)
    #expect(received.isConsistent(member: 0, firstIndex: 0, fileSize: 2072))
    // What a process claims that a file has taken over is not followed out of arrays and files.
    #expect(!received.isConsistent(member: 1, firstIndex: 0, fileSize: 2072))
    #expect(!received.isConsistent(member: 0, firstIndex: 1, fileSize: 2072))
    #expect(!received.isConsistent(member: 0, firstIndex: 0, fileSize: 2071))
    #expect(!received.isConsistent(member: 0, firstIndex: 0, fileSize: 0))
  }

  @Test func `no damaged reply is more than an error`() throws {
    var writer = WireWriter()
    writer.write(.tree(try tree()))
    for index in writer.bytes.indices {
      for value: UInt8 in [0, 1, 0x7F, 0xFF] {
        var bytes = writer.bytes
        bytes[index] = value
        var reader = WireReader(bytes)
        if case .tree(let received)? = try? reader.readReply() {
          _ = received.isConsistent(member: 0, firstIndex: 0, fileSize: 1 << 20)
        }
      }
      var reader = WireReader(Array(writer.bytes[..<index]))
      if (try? reader.readReply()) != nil { Issue.record("a reply of \(index) bytes was read") }
    }
  }

  @Test func `a failure keeps its kind and its words`() throws {
    for kind in FailureKind.allCases {
      var writer = WireWriter()
      writer.write(failure: WeightFileError(kind, in: "m.h5", attempt: "read it", "it is damaged"))
      var reader = WireReader(writer.bytes)
      let result = try reader.readResult { reader throws(WireError) in try reader.readReply() }
      guard case .failure(let failure) = result else {
        Issue.record("no failure")
        continue
      }
      #expect(failure.kind == kind)
      #expect(failure.description == "m.h5: cannot read it: it is damaged")
    }
  }
}
