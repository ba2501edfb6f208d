import Failures
import Foundation
import TestSupport
import Testing

@testable import WeightFiles

@Suite struct ForeignFileTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let words: String

    var testDescription: String { name }
  }

  static let examples = [
    Example(
      name: "w.npy", bytes: [0x93] + Array("NUMPY\u{1}\u{0}v\u{0}{'descr': '<f4'}".utf8),
      words: "a NumPy array (.npy)"),
    Example(name: "w.pth", bytes: [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC], words: "a Python pickle"),
    Example(name: "m.h5.gz", bytes: [0x1F, 0x8B, 8, 0, 0], words: "compressed with gzip"),
    Example(
      name: "lfs.h5",
      bytes: Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8),
      words: "a Git LFS pointer"),
    Example(name: "page.h5", bytes: Array("\n<!DOCTYPE html><html>".utf8), words: "an HTML page"),
    Example(name: "page.json", bytes: Array("<html>".utf8), words: "an HTML page"),
    Example(
      name: "m.safetensors", bytes: [16, 0, 0, 0, 0, 0, 0, 0] + Array(#"{"a":{"dtype":1}}"#.utf8),
      words: "a safetensors file"),
    Example(name: "m.tflite", bytes: [28, 0, 0, 0] + Array("TFL3".utf8), words: "a TensorFlow Lite model"),
    Example(
      name: "m.onnx", bytes: [8, 7, 0x12, 7] + Array("pytorch".utf8), words: "an ONNX model"),
    // Archives that hold one empty member.
    Example(name: "m.pt", bytes: archive("archive/data.pkl"), words: "a PyTorch file"),
    Example(name: "w.npz", bytes: archive("kernel.npy"), words: "a NumPy archive (.npz)"),
    Example(name: "m.zip", bytes: archive("m/saved_model.pb"), words: "a TensorFlow SavedModel"),
  ]

  /// A ZIP archive with one empty member.
  private static func archive(_ member: String) -> [UInt8] {
    let name = Array(member.utf8)
    let fields: [UInt8] = [20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0] + [UInt8](repeating: 0, count: 12)
    let length: [UInt8] = [UInt8(name.count), 0, 0, 0]
    let local = [0x50, 0x4B, 3, 4] + fields + length + name
    let entry = [0x50, 0x4B, 1, 2, 20, 0] + fields + length + [UInt8](repeating: 0, count: 14) + name
    let extent = [UInt8(entry.count), 0, 0, 0, UInt8(local.count), 0, 0, 0, 0, 0]
    return local + entry + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0] + extent
  }

  @Test(arguments: examples) func `a file says what it is and what to do`(example: Example) async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: example.name)
      try Data(example.bytes).write(to: url)
      let errors = [
        #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(url.path)) },
        #expect(throws: WeightFileError.self) { try ModelDocument.read(.path(url.path)) },
        #expect(throws: WeightFileError.self) { try FileContents.read(.path(url.path)) },
      ]
      for case let error? in errors {
        #expect(error.kind == .unsupported)
        #expect(error.place == url.path)
        #expect(error.reason.hasPrefix("it is \(example.words)"), "\(error)")
        #expect(error.reason.contains("; "))
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test func `a folder of TensorFlow says what it is`() async throws {
    try await withTemporaryDirectory { directory in
      let plain = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(directory.path)) }
      #expect(plain?.reason == "it is a folder; a file was expected")
      try Data([0]).write(to: directory.appending(path: "saved_model.pb"))
      let saved = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(directory.path)) }
      #expect(saved?.reason.hasPrefix("it is a TensorFlow SavedModel; ") == true)
    }
  }

  @Test func `texts are not mistaken`() {
    for text in ["{}", "[[override]]\n", "version: 1", "", "{\"a\": 1}", "<!-- a comment -->"] {
      #expect(ForeignFile(beginning: Array(text.utf8), size: Int64(text.utf8.count)) == nil, "\(text)")
    }
    #expect(ForeignFile(members: []) == nil)
    let folder = ForeignFile(members: ["m/", "m/metadata.json", "m/config.json", "m/model.weights.h5"])
    #expect(folder?.description.contains("the folder `m`") == true)
    #expect(ForeignFile(members: ["config.json", "metadata.json", "weights/model.weights.h5"]) == nil)
    #expect(ForeignFile(members: ["config.json", "metadata.json", "model.weights.h5"]) == nil)
  }
}
