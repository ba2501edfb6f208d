import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `ls`, `convert`, `diff`, and `init` with weights of another file.
@Suite struct ContainerCommandTests {
  private static let formats = ["h5", "weights.h5", "keras", "weights.json"]
  private let arch = Fixtures.url("architectures/keras3/recurrent.json").path

  private func initialize(
    _ name: String, seed: Int = 3, _ options: [String] = [], in directory: URL
  ) throws {
    let arguments = ["init", arch, "-o", name, "--seed", String(seed), "-q"] + options
    let result = try CommandLineTool.run(arguments, in: directory)
    #expect(result.code == 0, "\(result.errors)")
  }

  private func hashes(_ file: String, in directory: URL) throws -> [String] {
    let result = try CommandLineTool.run(["ls", file, "--json"], in: directory)
    #expect(result.code == 0, "\(result.errors)")
    let tensors = try JSONParser.parse(result.output)["tensors"]?.arrayValue ?? []
    return tensors.compactMap { $0["sha256"]?.stringValue }.sorted()
  }

  @Test(arguments: formats, formats)
  func `every container becomes every other, bit for bit`(from: String, to: String) async throws {
    try await withTemporaryDirectory { directory in
      try initialize("a.\(from)", in: directory)
      let result = try CommandLineTool.run(
        ["convert", "a.\(from)", "b.\(to)", "--model", arch, "-q"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      #expect(try hashes("a.\(from)", in: directory) == hashes("b.\(to)", in: directory))
      let diff = try CommandLineTool.run(["diff", "a.\(from)", "b.\(to)", "--model", arch], in: directory)
      #expect(diff.code == 0)
      #expect(diff.output == "17 weights are equal\n")
      // What is converted is what would have been written.
      try initialize("c.\(to)", in: directory)
      #expect(try hashes("c.\(to)", in: directory) == hashes("b.\(to)", in: directory))
    }
  }

  @Test func `a file with its architecture needs no other`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("a.keras", in: directory)
      let result = try CommandLineTool.run(["convert", "a.keras", "b.h5"], in: directory)
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("b.h5: 17 weights, 1,203 parameters, "))
      let diff = try CommandLineTool.run(["diff", "a.keras", "b.h5", "-q"], in: directory)
      #expect(diff.code == 0)
      #expect(diff.output.isEmpty)
    }
  }

  @Test func `files go through pipes, and bring their architecture along`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("a.keras", in: directory)
      let result = try CommandLineTool.shell(
        "set -o pipefail; cat a.keras | wtool convert - - --format h5 -q | wtool diff a.keras -",
        in: directory)
      #expect(result.code == 0, "\(result.errors)")
      #expect(result.output == "17 weights are equal\n")
    }
  }

  @Test func `without an architecture a list stays a list, and the error says what helps`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("a.h5", ["--format", "h5-weights"], in: directory)
      let same = try CommandLineTool.run(
        ["convert", "a.h5", "b.h5", "--format", "h5-weights", "-q"], in: directory)
      #expect(same.code == 0)
      let other = try CommandLineTool.run(["convert", "a.h5", "b.weights.h5"], in: directory)
      #expect(other.code == 3)
      #expect(other.errors.contains("pass --model ARCH"))
      #expect(other.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test func `a file of another model is an error`() async throws {
    let mlp = Fixtures.url("architectures/keras3/mlp.json").path
    try await withTemporaryDirectory { directory in
      try initialize("a.h5", in: directory)
      let result = try CommandLineTool.run(["convert", "a.h5", "b.keras", "--model", mlp], in: directory)
      #expect(result.code == 3)
      #expect(result.errors.hasPrefix("a.h5: not of the model in "))
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a.h5"])
    }
  }

  @Test func `custom layers are converted as the file has them`() async throws {
    let model = Fixtures.url("weights/custom/arch.json").path
    try await withTemporaryDirectory { directory in
      for (source, target) in [("model.keras", "a.weights.h5"), ("model.weights.json", "b.keras")] {
        let file = Fixtures.url("weights/custom/\(source)").path
        let result = try CommandLineTool.run(
          ["convert", file, target, "--model", model, "-q"], in: directory)
        #expect(result.code == 0, "\(result.errors)")
        #expect(try hashes(file, in: directory) == hashes(target, in: directory))
      }
    }
  }

  @Test func `differences are told and counted`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("a.h5", in: directory)
      try initialize("b.h5", seed: 4, in: directory)
      let result = try CommandLineTool.run(["diff", "a.h5", "b.h5", "--json"], in: directory)
      #expect(result.code == 1)
      let report = try JSONParser.parse(result.output)
      #expect(report["equal"] == false)
      #expect(report["weights"] == 17)
      let differences = report["differences"]?.arrayValue ?? []
      // All kernels and the embedding, no bias.
      #expect(differences.count == 10)
      let first = try #require(differences.first)
      #expect(first["kind"] == "changed")
      #expect(first["elements"] == 400)
      let maximum = try #require(first["max_difference"]?.doubleValue)
      let rms = try #require(first["rms_difference"]?.doubleValue)
      #expect(0.1 < maximum && maximum < 0.5)
      // Independent draws of a normal distribution of deviation 0.05 are √2 · 0.05 apart.
      #expect(abs(rms - 0.0707) < 0.01)
    }
  }

  @Test func `a renamed layer and another shape are told apart`() async throws {
    func short(_ name: String, _ units: Int) -> Data {
      Data(
        #"""
        {"input_shape": [4], "layers": [{"class_name": "Dense", "units": 3, "name": "\#(name)"},
         {"class_name": "Dense", "units": \#(units), "name": "head"}]}
        """#.utf8)
    }
    try await withTemporaryDirectory { directory in
      for (name, data) in [("a.h5", short("old", 2)), ("b.h5", short("new", 5))] {
        _ = try CommandLineTool.run(
          ["init", "-", "-o", name, "--seed", "1", "-q"], input: data, in: directory)
      }
      let result = try CommandLineTool.run(["diff", "a.h5", "b.h5", "--json"], in: directory)
      #expect(result.code == 1)
      let differences = try JSONParser.parse(result.output)["differences"]?.arrayValue ?? []
      #expect(
        differences.compactMap { $0["kind"]?.stringValue } == ["renamed", "renamed", "reshaped", "reshaped"])
    }
  }

  @Test func `matching weights are copied, the others drawn`() async throws {
    let new = Data(
      #"""
      {"input_shape": [20], "layers": [{"class_name": "Dense", "units": 16, "name": "dense"},
       {"class_name": "Dense", "units": 5, "name": "head"}]}
      """#.utf8)
    let mlp = Fixtures.url("architectures/keras3/mlp.json").path
    try await withTemporaryDirectory { directory in
      _ = try CommandLineTool.run(["init", mlp, "-o", "old.keras", "--seed", "1", "-q"], in: directory)
      let result = try CommandLineTool.run(
        ["init", "-", "-o", "new.h5", "--from", "old.keras", "--seed", "2"], input: new, in: directory)
      #expect(result.code == 0)
      #expect(result.output.contains("copied 2 weights from old.keras; drew 2: head/kernel, head/bias"))
      let old = Set(try hashes("old.keras", in: directory))
      #expect(try hashes("new.h5", in: directory).filter(old.contains).count >= 2)
    }
  }

  @Test func `only what is named is drawn anew`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("a.h5", in: directory)
      let result = try CommandLineTool.run(
        ["init", "a.h5", "-o", "b.h5", "--only", "gru*", "--seed", "8", "-q"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      let diff = try CommandLineTool.run(["diff", "a.h5", "b.h5", "--json"], in: directory)
      let names = try JSONParser.parse(diff.output)["differences"]?.arrayValue?.compactMap {
        $0["name"]?.stringValue
      }
      #expect(
        names == [
          "gru/gru_cell/kernel", "gru/gru_cell/recurrent_kernel", "gru_1/gru_cell/kernel",
          "gru_1/gru_cell/recurrent_kernel",
        ])
      let none = try CommandLineTool.run(["init", arch, "-o", "c.h5", "--only", "gru"], in: directory)
      #expect(none.code == 3)
      #expect(none.errors.contains("pass --from FILE"))
      let piped = try CommandLineTool.shell(
        "cat a.h5 | wtool init - -o d.h5 --only 'gru*' --seed 8 -q && cmp b.h5 d.h5", in: directory)
      #expect(piped.code == 0, "\(piped.errors)")
    }
  }

  @Test func `another Keras of the same family can be written for`() async throws {
    try await withTemporaryDirectory { directory in
      let description = """
        {"input_shape": [8, 64], "layers": [
          {"class_name": "EinsumDense", "equation": "abc,cde->abde", "output_shape": [null, 4, 16], "name": "e"}]}
        """
      func deviation(_ version: String) throws -> Double? {
        let result = try CommandLineTool.run(
          ["init", "-", "-o", "\(version).h5", "--seed", "1", "-q", "--keras-version", version],
          input: Data(description.utf8), in: directory)
        #expect(result.code == 0, "\(result.errors)")
        let listing = try CommandLineTool.run(["ls", "\(version).h5", "--json"], in: directory)
        #expect(try JSONParser.parse(listing.output)["keras_version"] == .string(version))
        let differences = try CommandLineTool.run(
          ["diff", "3.15.0.h5", "\(version).h5", "--json"], in: directory)
        return try JSONParser.parse(differences.output)["differences"]?.arrayValue?.first?["rms_difference"]?
          .doubleValue
      }
      #expect(try deviation("3.15.0") == nil)
      #expect(try deviation("3.14.1") != nil)
      let other = try CommandLineTool.run(
        ["init", "-", "-o", "x.h5", "--keras-version", "2.15.0"], input: Data(description.utf8), in: directory
      )
      #expect(other.code == 3)
      #expect(other.errors.contains("Keras 2.15.0 does not read that"))
    }
  }

  @Test func `a file without an architecture is told to pass one`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("a.weights.h5", in: directory)
      let result = try CommandLineTool.run(["convert", "a.weights.h5", "b.h5"], in: directory)
      #expect(result.code == 3)
      #expect(result.errors.hasSuffix("; pass --model ARCH\n"))
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test func `fields are changed without editing`() async throws {
    let mlp = Fixtures.url("architectures/keras3/mlp.json").path
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(
        [
          "init", mlp, "-o", "a.h5", "--seed", "1", "-q", "--set", "dense*.kernel_initializer=he_normal",
          "--set",
          #"dense_1.bias_initializer={"class_name": "Constant", "config": {"value": 0.3}}"#,
        ], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      let plan = try CommandLineTool.run(["plan", "a.h5", "--json"], in: directory)
      let layers = try JSONParser.parse(plan.output)["layers"]?.arrayValue ?? []
      let initializers = layers.flatMap { $0["weights"]?.arrayValue ?? [] }.compactMap {
        $0["initializer"]?.stringValue
      }
      #expect(initializers.filter { $0 == "HeNormal" }.count == 4)
      #expect(initializers.contains("Constant(value=0.3)"))
    }
  }

  @Test(arguments: [
    ("dense*.kernel_initialiser=x", "did you mean `kernel_initializer`?"),
    ("x", "expected LAYER.FIELD=VALUE"),
    ("nosuch.units=3", "no layer called nosuch"),
  ])
  func `a slip in --set is one line`(text: String, message: String) throws {
    let mlp = Fixtures.url("architectures/keras3/mlp.json").path
    let result = try CommandLineTool.run(["init", mlp, "-o", "/nowhere/a.h5", "--set", text])
    #expect(result.code != 0)
    #expect(result.errors.contains(message))
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test(arguments: [
    ["diff", "-", "-"], ["convert", "-", "b.h5", "--model", "-"], ["ls", "-", "--model", "-"],
    ["init", "-", "-o", "b.h5", "--from", "-"], ["init", "-", "-o", "b.h5", "--like", "-"],
  ])
  func `standard input is one file`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments)
    #expect(result.code == 2)
    #expect(result.errors.contains("cannot both be standard input"))
  }

  /// Keras writes opaque bytes into `.h5` files, which it cannot read, and leaves out the module of the
  /// model's class, which it looks for in an archive.
  @Test func `bfloat16 that Keras cannot read back is read`() async throws {
    try await withTemporaryDirectory { directory in
      let file = Fixtures.url("weights/storage/bfloat16.h5").path
      let result = try CommandLineTool.run(["convert", file, "b.keras"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      let listing = try CommandLineTool.run(["ls", "b.keras", "--json"], in: directory)
      let tensors = try JSONParser.parse(listing.output)["tensors"]?.arrayValue ?? []
      #expect(tensors.compactMap { $0["dtype"]?.stringValue } == ["bfloat16", "bfloat16"])
      #expect(try hashes(file, in: directory) == hashes("b.keras", in: directory))
      let archive = try Data(contentsOf: directory.appending(path: "b.keras"))
      #expect(archive.firstRange(of: Data(#"{"module": "keras", "class_name": "Sequential""#.utf8)) != nil)
    }
  }

  @Test func `compressed, chunked and big-endian data are read as they are`() throws {
    let plain = try hashes(Fixtures.url("weights/storage/plain.h5").path, in: URL(filePath: "/"))
    #expect(plain.count == 6)
    for name in ["gzip.h5", "chunked.h5", "big.h5", "big-gzip.h5", "compact.h5", "user-block.h5"] {
      #expect(
        try hashes(Fixtures.url("weights/storage/\(name)").path, in: URL(filePath: "/")) == plain, "\(name)")
    }
  }
}
