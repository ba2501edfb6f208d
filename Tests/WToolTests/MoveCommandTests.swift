import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What files of other people's classes and other containers have beside plain weights: names, order, files,
/// parts in several shards. What moves where is in `WeightTransferTests`.
@Suite struct MoveCommandTests {
  private func fixture(_ name: String) -> String { Fixtures.url("weights/moves/\(name)").path }

  private func paths(_ file: String, in directory: URL) throws -> [String] {
    let result = try CommandLineTool.run(["ls", file, "--json"], in: directory)
    #expect(result.code == 0, "\(result.errors)")
    let tensors = try JSONParser.parse(result.output)["tensors"]?.arrayValue ?? []
    return tensors.compactMap { tensor in
      tensor["path"]?.stringValue.map { "\($0) \(tensor["sha256"]?.stringValue ?? "")" }
    }
  }

  @Test(arguments: ["own_names.keras", "vocabulary.keras"], ["keras", "weights.h5", "weights.json"])
  func `names, order and files of an archive are kept`(name: String, container: String) async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(["convert", fixture(name), "o.\(container)"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      #expect(try paths("o.\(container)", in: directory) == paths(fixture(name), in: directory))
      let asset = name == "own_names.keras" ? "layers/named/words.txt" : "layers/string_lookup/vocabulary.txt"
      if container == "keras" {
        let listing = try CommandLineTool.run(["ls", "o.keras"], in: directory)
        #expect(listing.output.contains("assets/\(asset): an asset"))
        #expect(!result.errors.contains("left out"))
      } else {
        #expect(result.errors.contains("left out, as only a .keras archive of the same model holds it"))
        #expect(result.errors.contains("assets/\(asset)"))
      }
    }
  }

  @Test func `a model that is drawn anew keeps its vocabulary, and files tell theirs apart`() async throws {
    try await withTemporaryDirectory { directory in
      func run(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments, in: directory)
      }
      let name = "assets/layers/string_lookup/vocabulary.txt"
      let source = fixture("vocabulary.keras")
      #expect(try run("init", source, "-o", "a.keras", "--seed", "1", "-q").code == 0)
      #expect(try run("ls", "a.keras").output.contains("\(name): an asset"))
      #expect(try run("init", source, "-o", "b.h5", "--seed", "1").errors.contains("holds it: \(name)"))
      // The same weights, without the file.
      #expect(try run("convert", "b.h5", "b.keras", "-q").code == 0)
      let difference = try run("diff", "a.keras", "b.keras")
      #expect(difference.code == 1)
      #expect(difference.output.hasSuffix("weights are equal\n\(name): only in a.keras\n"))
      #expect(try run("diff", "a.keras", "b.keras", "--json").output.contains("only_in_a"))
      #expect(try run("diff", "a.keras", "a.keras").code == 0)
      #expect(try run("diff", "a.keras", "b.h5").code == 0)
      let description = try run("init", source, "-o", "c.h5", "--seed", "2", "-q")
      #expect(description.code == 0)
      #expect(try run("init", "c.h5", "--from", source, "-o", "d.keras", "--seed", "2", "-q").code == 0)
      #expect(try run("diff", "d.keras", source).code == 0)
    }
  }

  @Test func `a list of a class of its own keeps its order, which no tree tells`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(["convert", fixture("own_names.h5"), "o.h5"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      #expect(try paths("o.h5", in: directory) == paths(fixture("own_names.h5"), in: directory))
      let tree = try CommandLineTool.run(["convert", fixture("own_names.keras"), "t.h5"], in: directory)
      #expect(tree.code == 3)
      #expect(tree.errors.contains("the order of the weights of \"tab\" (IntegerFirst) is not known"))
    }
  }

  @Test(arguments: ["weights.h5", "weights.json"])
  func `a layer whose parts are in several shards is one`(container: String) async throws {
    try await withTemporaryDirectory { directory in
      let shards = fixture("straddling.weights.json")
      let convert = try CommandLineTool.run(["convert", shards, "o.\(container)"], in: directory)
      #expect(convert.code == 0, "\(convert.errors)")
      for file in ["o.\(container)", shards] {
        let difference = try CommandLineTool.run(["diff", file, fixture("whole.weights.h5")], in: directory)
        #expect(difference.code == 0, "\(file): \(difference.output)\(difference.errors)")
      }
      let copy = try CommandLineTool.run(
        ["init", fixture("both.json"), "-o", "m.h5", "--from", shards, "--seed", "1", "--json"], in: directory
      )
      let drawn = try JSONParser.parse(copy.output)["drawn"]?.arrayValue
      #expect(drawn?.isEmpty == true, "\(copy.errors)")
    }
  }

  @Test(arguments: ["foreign", "doubled", "missing"])
  func `a shard that is not what the index says is named`(fault: String) async throws {
    try await withTemporaryDirectory { directory in
      let names = (0..<4).map { "straddling_0000\($0).weights.h5" } + ["straddling.weights.json"]
      for name in names {
        try FileManager.default.copyItem(atPath: fixture(name), toPath: directory.appending(path: name).path)
      }
      let shard = directory.appending(path: names[2])
      try FileManager.default.removeItem(at: shard)
      let other = ["foreign": "whole.weights.h5", "doubled": names[1]][fault]
      if let other { try FileManager.default.copyItem(atPath: fixture(other), toPath: shard.path) }
      for command in [["inspect"], ["ls"], ["diff", fixture("whole.weights.h5")]] {
        let result = try CommandLineTool.run(command + ["straddling.weights.json"], in: directory)
        #expect(result.code == 3)
        let words = (result.output + result.errors).split(whereSeparator: \.isWhitespace).joined(
          separator: " ")
        #expect(words.contains("\(names[2]): "), "\(words)")
        if fault != "missing" { #expect(words.contains("of another set of shards"), "\(words)") }
      }
    }
  }

  @Test func `layers are found where tf-keras 2.13 put them`() async throws {
    try await withTemporaryDirectory { directory in
      let (file, arch) = (fixture("tf2.13.weights.h5"), fixture("tf2.13.json"))
      let result = try CommandLineTool.run(["convert", file, "o.keras", "--model", arch], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      let difference = try CommandLineTool.run(["diff", "o.keras", file], in: directory)
      #expect(difference.output == "4 weights are equal\n", "\(difference.errors)")
    }
  }

  /// Keras builds each layer as its `build_config` says, though the model was never called.
  @Test func `a Sequential that was never called has the layers that were built`() async throws {
    try await withTemporaryDirectory { directory in
      let text = #"""
        {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
          {"module": "keras.layers", "class_name": "Dense", "registered_name": null,
           "config": {"name": "d", "units": 2}, "build_config": {"input_shape": [null, 4]}}]}}
        """#
      try text.write(to: directory.appending(path: "a.json"), atomically: true, encoding: .utf8)
      let result = try CommandLineTool.run(["plan", "a.json", "--json"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      #expect(
        try JSONParser.parse(result.output)["layers"]?.arrayValue?.first?["weights"]?.arrayValue?.count == 2)
    }
  }

  /// The name of a built-in class does not make a class of somebody's own one.
  @Test func `a registered class is not Keras's, whatever it is called`() async throws {
    try await withTemporaryDirectory { directory in
      let text = #"""
        {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
          {"module": "keras.layers", "class_name": "InputLayer", "registered_name": null,
           "config": {"name": "i", "batch_shape": [null, 4]}},
          {"module": null, "class_name": "Dense", "registered_name": "corpus>Dense",
           "config": {"name": "d", "units": 2}}]}}
        """#
      try text.write(to: directory.appending(path: "a.json"), atomically: true, encoding: .utf8)
      let result = try CommandLineTool.run(["plan", "a.json"], in: directory)
      #expect(result.code == 3)
      #expect(result.errors.contains("which wtool does not know; --like FILE"))
    }
  }
}
