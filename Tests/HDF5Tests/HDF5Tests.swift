import Foundation
import TestSupport
import Testing

@testable import HDF5

@Suite struct HDF5AttributeTests {
  private func roundTrip(
    _ write: @Sendable (borrowing HDF5Group) throws(HDF5Error) -> Void
  ) async throws -> HDF5AttributeValue? {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "a.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path, write)
      }
      return try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(at: path) { root throws(HDF5Error) in try root.attribute("a") }
      }
    }
  }

  @Test(arguments: [
    HDF5StringFormat.variableUTF8, .variableASCII, .fixedASCII, HDF5StringFormat(.utf8, .fixed),
  ])
  func `strings of every format come back`(format: HDF5StringFormat) async throws {
    for string in ["", "x", "größe 層", String(repeating: "long ", count: 1000)] {
      let value = try await roundTrip { root throws(HDF5Error) in
        try root.writeAttribute("a", string, format: format)
      }
      #expect(value == .string(string))
    }
    let list = ["dense", "", "größe", "batch_normalization_12"]
    let value = try await roundTrip { root throws(HDF5Error) in
      try root.writeAttribute("a", list, format: format)
    }
    #expect(value == .strings(list, shape: [4]))
  }

  @Test func `a long scalar string needs no other place than the heap`() async throws {
    let json = String(repeating: "{\"layers\": []} ", count: 400_000)
    let value = try await roundTrip { root throws(HDF5Error) in
      try root.writeAttribute("a", json, format: .variableASCII)
    }
    #expect(value == .string(json))
  }

  @Test func `an empty list of strings is an empty list of doubles`() async throws {
    let value = try await roundTrip { root throws(HDF5Error) in
      try root.writeAttribute("a", [], format: .fixedASCII)
    }
    #expect(value == .floats([], shape: [0]))
  }

  @Test func `numbers of every type come back`() async throws {
    let int = try await roundTrip { root throws(HDF5Error) in try root.writeAttribute("a", Int8(-5)) }
    #expect(int == .integers([-5], shape: []))
    let wide = try await roundTrip { root throws(HDF5Error) in
      try root.writeAttribute("a", [UInt32.max, 7], shape: [2, 1])
    }
    #expect(wide == .integers([Int64(UInt32.max), 7], shape: [2, 1]))
    let float = try await roundTrip { root throws(HDF5Error) in
      try root.writeAttribute("a", [Float(1.5)], shape: [1])
    }
    #expect(float == .floats([1.5], shape: [1]))
    let none = try await roundTrip { _ throws(HDF5Error) in }
    #expect(none == nil)
  }

  @Test func `a string with a zero character is refused rather than cut`() async {
    await #expect(throws: HDF5Error.self) {
      try await roundTrip { root throws(HDF5Error) in try root.writeAttribute("a", "x\0y") }
    }
  }
}

@Suite struct HDF5DatasetTests {
  private static let types: [HDF5ElementType] =
    HDF5ElementType.FloatFormat.allCases.flatMap { format in
      [HDF5ElementType.float(format, .little), .float(format, .big)]
    }
    + [1, 2, 4, 8].flatMap { size in
      [true, false].flatMap { signed in
        [
          HDF5ElementType.integer(byteCount: size, isSigned: signed, .little),
          .integer(byteCount: size, isSigned: signed, size == 1 ? .little : .big),
        ]
      }
    } + [.boolean, .opaque(byteCount: 2, tag: "bfloat16")]

  @Test(arguments: types)
  func `elements of every type come back bit for bit`(type: HDF5ElementType) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "d.h5").path
      let count = 3 * 4
      let bytes = (0..<count * type.byteCount).map {
        type == .boolean ? UInt8($0 % 2) : UInt8(truncatingIfNeeded: $0 * 37 + 5)
      }
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          let dataset = try root.createGroup("g").createDataset("d", shape: [3, 4], elementType: type)
          try dataset.writeBytes(bytes.span.bytes)
        }
      }
      let (found, shape, read, part) = try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(at: path) { root throws(HDF5Error) in
          let dataset = try root.openDataset("g/d")
          let part = try dataset.readBytes(.init(start: [1, 1], count: [2, 2]))
          return (dataset.elementType, dataset.shape, try dataset.readBytes(), part)
        }
      }
      #expect(found == type)
      #expect(shape == [3, 4])
      #expect(read == bytes)
      let rows = [5..<7, 9..<11].map { $0.lowerBound * type.byteCount..<$0.upperBound * type.byteCount }
      #expect(part == rows.flatMap { Array(bytes[$0]) })
    }
  }

  @Test(arguments: [
    HDF5Storage.Request.compact, .contiguous, .chunked(shape: [7, 3], filters: []),
    .chunked(shape: [2, 5], filters: [.shuffle, .deflate(level: 6), .fletcher32]),
  ])
  func `every storage holds the same numbers`(storage: HDF5Storage.Request) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "s.h5").path
      let values = (0..<200).map { Float($0) / 7 }
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          let dataset = try root.createDataset("d", shape: [20, 10], elementType: .single, storage: storage)
          try dataset.write(values)
          try dataset.write([Double(-1), -2], .init(start: [19, 8], count: [1, 2]))
        }
      }
      let (read, doubles, found) = try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(at: path) { root throws(HDF5Error) in
          let dataset = try root.openDataset("d")
          return (try dataset.read(as: Float.self), try dataset.read(as: Double.self), try dataset.storage())
        }
      }
      #expect(read == values.dropLast(2) + [-1, -2])
      #expect(doubles == read.map(Double.init))
      switch (storage, found) {
      case (.compact, .compact), (.contiguous, .contiguous(offset: .some)): break
      case (.chunked(let asked, let filters), .chunked(let shape, let found)):
        #expect(asked == shape)
        #expect(filters == found)
      default: Issue.record("asked for \(storage), found \(found)")
      }
    }
  }

  @Test func `the offset of contiguous data is where its bytes are`() async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "o.h5")
      let path = url.path
      for userBlock in [0, 512, 2048] {
        let offset = try HDF5Session.run { session throws(HDF5Error) in
          return try session.createFile(at: path, userBlockSize: userBlock) {
            root throws(HDF5Error) in
            let dataset = try root.createDataset("d", shape: [5], elementType: .single)
            let storage = try dataset.storage()
            try dataset.write([Float(1), 2, 3, 4, 5])
            guard case .contiguous(let offset?) = storage else { return UInt64(0) }
            return offset
          }
        }
        let bytes = [UInt8](try Data(contentsOf: url))
        let expected = [Float(1), 2, 3, 4, 5].flatMap {
          withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) }
        }
        #expect(Array(bytes[Int(offset)..<Int(offset) + 20]) == expected)
      }
    }
  }

  @Test func `scalars and empty datasets have their shapes`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "e.h5").path
      let shapes = try HDF5Session.run { session throws(HDF5Error) in
        return try session.createFile(at: path) { root throws(HDF5Error) in
          let scalar = try root.createDataset("scalar", shape: [], elementType: .double)
          try scalar.write([2.5])
          let empty = try root.createDataset("empty", shape: [0, 3], elementType: .double)
          let values = (try scalar.read(as: Double.self), try empty.read(as: Double.self))
          let storage = try empty.storage()
          #expect(values.0 == [2.5])
          #expect(values.1.isEmpty)
          #expect(storage == .contiguous(offset: nil))
          return [scalar.shape, empty.shape]
        }
      }
      #expect(shapes == [[], [0, 3]])
    }
  }

  @Test func `a selection outside the dataset is refused`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "x.h5").path
      for selection in [
        HDF5Selection(start: [5], count: [6]), .init(start: [-1], count: [1]),
        .init(start: [0, 0], count: [1, 1]),
        .init(start: [Int.max], count: [Int.max]),
      ] {
        #expect(throws: HDF5Error.self) {
          try HDF5Session.run { session throws(HDF5Error) in
            try session.createFile(at: path) { root throws(HDF5Error) in
              let dataset = try root.createDataset("d", shape: [10], elementType: .single)
              _ = try dataset.read(as: Float.self, selection)
            }
          }
        }
      }
    }
  }
}

@Suite struct HDF5TraversalTests {
  @Test func `links of every kind are told apart`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "l.h5").path
      let links = try HDF5Session.run { session throws(HDF5Error) in
        return try session.createFile(at: path) { root throws(HDF5Error) in
          _ = try root.createGroup("group")
          _ = try root.createDataset("data", shape: [1], elementType: .single)
          try root.createSoftLink("soft", to: "/group")
          try root.createSoftLink("dangling", to: "/nowhere")
          try root.createExternalLink("external", toFile: "other.h5", object: "/x/y")
          _ = try root.createGroup("group/inner")
          #expect(try root.objectKind("group") == .group)
          #expect(try root.objectKind("group/inner") == .group)
          #expect(try root.objectKind("data") == .dataset)
          #expect(try root.objectKind("soft/inner") == .group)
          // What is not there, what leads nowhere and what leads elsewhere are three things.
          #expect(try root.objectKind("missing") == nil)
          #expect(try root.objectKind("group/missing/deeper") == nil)
          for path in ["dangling", "external", "external/deeper"] {
            do throws(HDF5Error) {
              _ = try root.objectKind(path)
              Issue.record("\(path) was followed")
            } catch {
              #expect(error.kind == (path == "dangling" ? .malformed : .external))
              let isNamed = error.reason == "it leads to `/x/y` in another file, `other.h5`"
              #expect(isNamed == (path != "dangling"))
            }
          }
          return try root.links()
        }
      }
      #expect(
        links == [
          HDF5Link(name: "dangling", kind: .soft(target: "/nowhere")), HDF5Link(name: "data", kind: .hard),
          HDF5Link(name: "external", kind: .external(file: "other.h5", object: "/x/y")),
          HDF5Link(name: "group", kind: .hard), HDF5Link(name: "soft", kind: .soft(target: "/group")),
        ])
    }
  }

  @Test func `names of attributes are sorted`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "n.h5").path
      let names = try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          for name in ["b", "a", "c"] { try root.writeAttribute(name, Int32(1)) }
          return try root.attributeNames()
        }
      }
      #expect(names == ["a", "b", "c"])
    }
  }
}

@Suite struct HDF5ErrorTests {
  @Test func `a failure names the attempt, the file and the system's reason`() {
    let error = #expect(throws: HDF5Error.self) {
      try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(at: "/nonexistent/x.h5") { _ throws(HDF5Error) in }
      }
    }
    #expect(error?.kind == .notFound)
    #expect(error?.place == "/nonexistent/x.h5")
    #expect(error?.attempt == "open the file")
    #expect(error?.reason == "No such file or directory")
    #expect(error?.description == "/nonexistent/x.h5: cannot open the file: No such file or directory")
  }

  @Test func `a failure names the object`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.h5").path
      let error = #expect(throws: HDF5Error.self) {
        try HDF5Session.run { session throws(HDF5Error) in
          try session.createFile(at: path) { root throws(HDF5Error) in
            _ = try root.createGroup("g").openDataset("missing")
          }
        }
      }
      #expect(error?.object == "/g/missing")
      #expect(error?.kind == .malformed)
      #expect(error?.description.hasPrefix("\(path): cannot open the dataset `/g/missing`: ") == true)
    }
  }

  @Test func `names that C would cut are refused`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "z.h5").path
      #expect(throws: HDF5Error.self) {
        try HDF5Session.run { session throws(HDF5Error) in
          try session.createFile(at: path) { root throws(HDF5Error) in _ = try root.createGroup("a\0b") }
        }
      }
    }
  }

  /// Every prefix of a real file either opens or is an error; none may end the process.
  @Test func `truncated files are errors`() async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "t.h5")
      let path = url.path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          try root.writeAttribute("model_config", String(repeating: "x", count: 500))
          try root.writeAttribute("names", ["a", "b"], format: .fixedASCII)
          try root.createGroup("g").createDataset("d", shape: [64], elementType: .single).write(
            [Float](repeating: 1, count: 64))
        }
      }
      let whole = try Data(contentsOf: url)
      for length in stride(from: 0, to: whole.count, by: 64) {
        try whole.prefix(length).write(to: url)
        #expect(throws: HDF5Error.self) {
          try HDF5Session.run { session throws(HDF5Error) in
            try session.readFile(at: path) { root throws(HDF5Error) in
              _ = try root.attribute("model_config")
              _ = try root.attribute("names")
              _ = try root.openDataset("g/d").read(as: Float.self)
            }
          }
        }
      }
      try whole.dropLast().write(to: url)
      let error = #expect(throws: HDF5Error.self) {
        try HDF5Session.run { session throws(HDF5Error) in
          try session.readFile(at: path) { _ throws(HDF5Error) in }
        }
      }
      #expect(
        error?.reason == "the file is truncated: \(whole.count - 1) of \(whole.count) bytes are there")
    }
  }

  @Test func `sessions on many threads do not meet`() async throws {
    try await withTemporaryDirectory { directory in
      await withTaskGroup(of: Bool.self) { group in
        for index in 0..<32 {
          let path = directory.appending(path: "\(index).h5").path
          group.addTask {
            let value = try? HDF5Session.run { session throws(HDF5Error) in
              return try session.createFile(at: path) { root throws(HDF5Error) in
                let dataset = try root.createDataset("d", shape: [1], elementType: .double)
                try dataset.write([Double(index)])
                return try dataset.read(as: Double.self)
              }
            }
            return value == [Double(index)]
          }
        }
        for await isRight in group { #expect(isRight) }
      }
    }
  }
}
