import Foundation
import TestSupport
import Testing

@testable import WeightFiles

@Suite struct LeftoversTests {
  private func names(_ directory: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  @Test func `hidden files of processes that have ended are removed, and nothing else`() async throws {
    try await withTemporaryDirectory { directory in
      let kept = [
        ".wtool-.tmp", ".wtool-1-.tmp", ".wtool-01-a.tmp", ".wtool-1-A.tmp", ".wtool-1-a.tmp.h5",
        "wtool-1-a.tmp",
        ".wtool-1-a-b.tmp", "m.h5",
      ]
      for name in kept + [".wtool-12-3kq.tmp", ".wtool-99-0.tmp"] {
        try Data("x".utf8).write(to: directory.appending(path: name))
      }
      try FileManager.default.createDirectory(
        at: directory.appending(path: ".wtool-5-folder.tmp"), withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(
        at: directory.appending(path: ".wtool-5-link.tmp"),
        withDestinationURL: directory.appending(path: "m.h5"))
      let alive = try UnnamedFile(hiddenInFolder: directory.path)
      let count = try names(directory).count
      Leftovers.remove(inFolder: directory.path)
      let left = try names(directory)
      #expect(left.count == count - 2)
      #expect(Set(left).isSuperset(of: kept + [".wtool-5-folder.tmp", ".wtool-5-link.tmp"]))
      #expect(try POSIX.status(alive.descriptor).linkCount == 1)
    }
  }

  /// A killed process has named new shards but not the index, or the index but removed no old shards.
  @Test(arguments: [false, true])
  func `a journal is undone before the index has its name, and finished after it`(isNamed: Bool) async throws
  {
    try await withTemporaryDirectory { directory in
      func number(_ name: String, _ text: String) throws -> UInt64 {
        let url = directory.appending(path: name)
        try Data(text.utf8).write(to: url)
        return try #require(try POSIX.status(url.path)).index
      }
      let new = ["m_00000-1.weights.h5": try number("m_00000-1.weights.h5", "new")]
      let old = [
        "m_00000.weights.h5": try number("m_00000.weights.h5", "old"),
        "m_00001.weights.h5": try number("m_00001.weights.h5", "old"),
      ]
      _ = try number("m_00002.weights.h5", "another one")
      let listed = (isNamed ? new : old).keys.map { "\"\($0)\": \"\($0)\"" }.joined(separator: ", ")
      _ = try number("m.weights.json", "{\"weight_map\": {\(listed)}}")
      // The journal is left as by a process that was killed: it is not removed, and its lock is gone.
      do {
        _ = try ShardJournal.create(
          index: "m.weights.json", folder: directory.path,
          new: new.merging(["../m.h5": 1, "m_00002.weights.h5": 1]) { $1 }, old: old)
      }
      Leftovers.remove(inFolder: directory.path)
      let first = try Data(contentsOf: directory.appending(path: "m_00000.weights.h5"))
      if isNamed {
        // Keras opens it whatever the index names.
        #expect(first.starts(with: FileFormat.hdf5Signature))
        #expect(
          try names(directory) == [
            "m.weights.json", "m_00000-1.weights.h5", "m_00000.weights.h5", "m_00002.weights.h5",
          ])
      } else {
        #expect(first == Data("old".utf8))
        #expect(
          try names(directory) == [
            "m.weights.json", "m_00000.weights.h5", "m_00001.weights.h5", "m_00002.weights.h5",
          ])
      }
    }
  }

  @Test func `a journal is left alone if the index cannot be read`() async throws {
    try await withTemporaryDirectory { directory in
      for name in ["m.weights.json", "m_00000.weights.h5"] {
        try Data("x".utf8).write(to: directory.appending(path: name))
      }
      let path = directory.appending(path: "m_00000.weights.h5").path
      let number = try #require(try POSIX.status(path)).index
      do {
        _ = try ShardJournal.create(
          index: "m.weights.json", folder: directory.path, new: ["m_00000.weights.h5": number], old: [:])
      }
      Leftovers.remove(inFolder: directory.path)
      #expect(try names(directory).count == 3)
    }
  }
}
