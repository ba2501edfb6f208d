import Foundation
import Tensors
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

@Suite struct ContainerWriterTests {
  /// Element i of a float32 tensor is i + `offset`.
  private struct Ramp: BlockFiller {
    let offset: Int

    func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
      bytes.withUnsafeMutableBytes { buffer in
        for (place, index) in range.enumerated() {
          buffer.storeBytes(of: Float(index + offset), toByteOffset: place * 4, as: Float.self)
        }
      }
    }
  }

  private let layout: ContainerLayout
  private let sources: [Int: TensorSource] = [
    0: .blocks(Ramp(offset: 0)), 1: .whole { Ramp(offset: 5) }, 2: .blocks(Ramp(offset: 9)),
    3: .blocks(Ramp(offset: 1)),
  ]

  init() throws {
    var root = GroupLayout("/", attributes: [AttributeLayout("wtool_seed", .unsigned(1))])
    let shapes: [Shape] = [[700, 1000], [3, 3], [], [0, 4]]
    for (source, shape) in shapes.enumerated() {
      let spec = try TensorSpec(path: "t\(source)", shape: shape, dtype: .float32)
      root.insert(spec, source: source, at: "a/b/t\(source)".split(separator: "/"))
    }
    layout = ContainerLayout(root: root)
  }

  @Test func `bytes do not depend on the number of workers or the time`() async throws {
    try await withTemporaryDirectory { directory in
      var files: Set<Data> = []
      for workers in [1, 2, 7] {
        let url = directory.appending(path: "\(workers).h5")
        try await ContainerWriter(workers: workers).write(
          layout, sources: sources, to: .path(url.path), replaces: false)
        files.insert(try Data(contentsOf: url))
        try await Task.sleep(for: .milliseconds(400))
      }
      #expect(files.count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 3)
    }
  }

  @Test func `libhdf5 reads what was written beside it`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.h5").path
      try await ContainerWriter(workers: 2).write(layout, sources: sources, to: .path(path), replaces: false)
      let values = try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(at: path) { root throws(HDF5Error) in
          let group = try root.openGroup("a/b")
          var values: [[Float]] = []
          for name in ["t0", "t1", "t2", "t3"] { values.append(try group.openDataset(name).read()) }
          return values
        }
      }
      #expect(values[0] == (0..<700_000).map(Float.init))
      #expect(values[1] == (5..<14).map(Float.init))
      #expect(values[2] == [9])
      #expect(values[3].isEmpty)
    }
  }

  @Test func `an existing file is replaced only when that is wanted`() async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "m.h5")
      try Data("precious".utf8).write(to: url)
      await #expect(throws: WeightFileError.self) {
        try await ContainerWriter(workers: 1).write(
          layout, sources: sources, to: .path(url.path), replaces: false)
      }
      #expect(try Data(contentsOf: url) == Data("precious".utf8))
      try await ContainerWriter(workers: 1).write(
        layout, sources: sources, to: .path(url.path), replaces: true)
      #expect(try Data(contentsOf: url).starts(with: FileFormat.hdf5Signature))
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["m.h5"])
    }
  }

  @Test func `a symbolic link is written through`() async throws {
    try await withTemporaryDirectory { directory in
      let target = directory.appending(path: "target.h5")
      try Data("old".utf8).write(to: target)
      let link = directory.appending(path: "link.h5")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      try await ContainerWriter(workers: 1).write(
        layout, sources: sources, to: .path(link.path), replaces: true)
      #expect(try Data(contentsOf: target).starts(with: FileFormat.hdf5Signature))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == target.path)
    }
  }

  @Test func `what cannot be written to is refused, and nothing is left`() async throws {
    try await withTemporaryDirectory { directory in
      for path in [directory.path, directory.appending(path: "no/such/m.h5").path, "", "/dev/null"] {
        await #expect(throws: WeightFileError.self) {
          try await ContainerWriter(workers: 1).write(
            layout, sources: sources, to: .path(path), replaces: true)
        }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      #expect(left.isEmpty)
    }
  }

  /// The archive's first member is, byte for byte, the file that HDF5 alone would have been.
  @Test(arguments: [1, 3])
  func `an archive is written around its weights`(workers: Int) async throws {
    let root = try #require(layout.files[0].root)
    let archive = ContainerLayout(files: [
      FileLayout(
        name: nil,
        body: .archive(
          member: "model.weights.h5", root,
          others: [
            .init(name: "metadata.json", text: "{}"),
            .init(name: "config.json", text: #"{"a": "ü"}"#),
          ]))
    ])
    try await withTemporaryDirectory { directory in
      let (alone, whole) = (directory.appending(path: "a.h5"), directory.appending(path: "a.keras"))
      let writer = ContainerWriter(workers: workers)
      try await writer.write(layout, sources: sources, to: .path(alone.path), replaces: false)
      let size = try await writer.write(archive, sources: sources, to: .path(whole.path), replaces: false)
      let bytes = try Data(contentsOf: whole)
      #expect(bytes.count == Int(size))
      let member = try Data(contentsOf: alone)
      #expect(bytes[512..<512 + member.count] == member)
      // Reading checks what the directory says, the checksums among it.
      #expect(
        String(decoding: try ModelDocument.read(.path(whole.path)).text, as: UTF8.self) == #"{"a": "ü"}"#)
      let catalog = try WeightCatalog.read(.path(whole.path))
      #expect(catalog.tensors.map(\.path) == ["/a/b/t0", "/a/b/t1", "/a/b/t2", "/a/b/t3"])
    }
  }

  @Test func `several files appear together or not at all`() async throws {
    let root = try #require(layout.files[0].root)
    let several = ContainerLayout(
      files: ["0.h5", "1.h5"].map { FileLayout(name: $0, body: .hdf5(root)) }
        + [FileLayout(name: nil, body: .text("{}"))])
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.json").path
      let taken = directory.appending(path: "1.h5")
      try Data("precious".utf8).write(to: taken)
      await #expect(throws: WeightFileError.self) {
        try await ContainerWriter(workers: 2).write(
          several, sources: sources, to: .path(path), replaces: false)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["1.h5"])
      try await ContainerWriter(workers: 2).write(several, sources: sources, to: .path(path), replaces: true)
      let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      #expect(files == ["0.h5", "1.h5", "m.json"])
    }
  }
}
