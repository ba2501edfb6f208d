import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `--like`: a model with custom layers, whose weights Keras wrote in every container.
@Suite struct LikeOptionTests {
  private static let containers = ["model.h5", "model.weights.h5", "model.keras", "model.weights.json"]
  private let arch = Fixtures.url("weights/custom/arch.json").path

  private func like(_ container: String) -> String { Fixtures.url("weights/custom/\(container)").path }

  private func plan(_ container: String) throws -> JSONValue {
    let result = try CommandLineTool.run(["plan", arch, "--like", like(container), "--json"])
    #expect(result.errors.isEmpty)
    return try JSONParser.parse(result.output)
  }

  /// Every weight below a layer: shape, initializer, and whether that is a guess.
  private func weights(_ layer: JSONValue) -> [String] {
    let own = (layer["weights"]?.arrayValue ?? []).map { weight in
      let shape = weight["shape"]?.arrayValue?.compactMap(\.intValue) ?? []
      return
        "\(shape) \(weight["initializer"]?.stringValue ?? "")\(weight["guessed"] == true ? " guessed" : "")"
    }
    return own + (layer["layers"]?.arrayValue ?? []).flatMap { weights($0) }
  }

  @Test(arguments: containers)
  func `every container tells the weights of custom layers`(container: String) throws {
    let plan = try plan(container)
    #expect(plan["totals"]?["parameters"] == 161)
    let layers = plan["layers"]?.arrayValue ?? []
    let classNames = layers.map { $0["class_name"] ?? .null }
    #expect(classNames.contains("Scaled"))
    let scaled = try #require(layers.first { $0["name"] == "scaled" })
    // Its own initializer, which its configuration declares, and guesses from what the weights are.
    #expect(
      weights(scaled).sorted() == [
        "[4] Ones guessed", "[4] Zeros guessed", "[4] Zeros guessed", "[6, 4] HeNormal",
      ])
    let block = try #require(layers.first { $0["name"] == "block" })
    #expect(
      weights(block).sorted() == [
        "[3, 5] GlorotUniform guessed", "[3] Zeros guessed", "[4, 5] GlorotUniform guessed",
        "[5, 3] GlorotUniform guessed", "[5] Ones guessed", "[5] Zeros guessed", "[5] Zeros guessed",
        "[5] Zeros guessed",
      ])
    // A known layer behind unknown ones, and one in a nested model.
    let middle = try #require(layers.first { $0["name"] == "middle" })
    #expect(weights(middle) == ["[5, 3] GlorotUniform", "[3] Zeros"])
    let inner = try #require(layers.first { $0["name"] == "inner" })
    #expect(weights(inner).contains("[3, 2] HeNormal"))
  }

  @Test(arguments: containers)
  func `what a container cannot tell is an error before anything is written`(container: String) async throws {
    let isList = container == "model.h5"
    try await withTemporaryDirectory { directory in
      let possible = isList ? "o.h5" : "o.weights.h5"
      let impossible = isList ? "o.weights.h5" : "o.h5"
      let good = try CommandLineTool.run(
        ["init", arch, "--like", like(container), "-o", possible, "--seed", "1"], in: directory)
      #expect(good.code == 0)
      #expect(good.errors.contains("note: \"scaled\": guessed Ones for "))
      let bad = try CommandLineTool.run(
        ["init", arch, "--like", like(container), "-o", impossible, "--seed", "1", "-q"], in: directory)
      #expect(bad.code == 3)
      #expect(bad.errors.contains("\"block\" (Block)"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [possible])
    }
  }

  @Test func `the summary lists the guesses`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(
        ["init", arch, "--like", like("model.h5"), "-o", "o.h5", "--seed", "1", "--json", "-q"], in: directory
      )
      let guesses = try JSONParser.parse(result.output)["guesses"]?.arrayValue ?? []
      #expect(guesses.count == 17)
      #expect(guesses.first?["layer"] == "scaled")
      #expect(guesses.first?["role"] == "scale")
    }
  }

  @Test func `without a file an unknown class is one line`() throws {
    let result = try CommandLineTool.run(["plan", arch])
    #expect(result.code == 3)
    #expect(result.errors.contains("which wtool does not know; --like FILE"))
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test func `a file without the layer is an error`() throws {
    let other = Fixtures.url("weights/stored.keras").path
    let result = try CommandLineTool.run(["plan", arch, "--like", other])
    #expect(result.code == 3)
    #expect(result.errors.contains("no `model.weights.h5`"))
  }

  @Test func `a model of an unknown class is what the file has`() throws {
    let document = #"{"class_name": "hub>Backbone", "config": {"name": "backbone", "layers": 12}}"#
    let result = try CommandLineTool.run(
      ["plan", "-", "--like", like("model.weights.h5"), "--json"], input: Data(document.utf8))
    #expect(result.code == 0)
    let plan = try JSONParser.parse(result.output)
    #expect(plan["totals"]?["parameters"] == 161)
    #expect(plan["class_name"] == "hub>Backbone")
  }
}
