import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `init --backend`, and `verify`.
@Suite struct VerifyCommandTests {
  private static let backends = ["tensorflow", "jax", "torch", "numpy"]
  private static let formats = ["h5", "weights.h5", "keras", "weights.json"]
  private let arch = Fixtures.url("architectures/keras3/recurrent.json").path
  private let other = Fixtures.url("architectures/keras3/initializers.json").path

  private func initialize(
    _ name: String, of arch: String? = nil, seed: Int = 3, _ options: [String] = [], in directory: URL
  ) throws {
    let arguments = ["init", arch ?? self.arch, "-o", name, "--seed", String(seed), "-q"] + options
    let result = try CommandLineTool.run(arguments, in: directory)
    #expect(result.code == 0, "\(result.errors)")
  }

  private func verdicts(_ arguments: [String], in directory: URL) throws -> [String: String] {
    let result = try CommandLineTool.run(["verify", "--json"] + arguments, in: directory)
    let weights = try JSONParser.parse(result.output)["weights"]?.arrayValue ?? []
    return Dictionary(
      weights.compactMap { weight in
        weight["name"]?.stringValue.map { ($0, weight["verdict"]?.stringValue ?? "") }
      }
    ) { first, _ in first }
  }

  @Test(arguments: backends, formats)
  func `what was drawn is recognized, in every container`(backend: String, format: String) async throws {
    try await withTemporaryDirectory { directory in
      try initialize("m.\(format)", ["--backend", backend], in: directory)
      let told = try CommandLineTool.run(["verify", "m.\(format)", "--model", arch], in: directory)
      #expect(told.code == 0, "\(told.output)\(told.errors)")
      #expect(told.output.hasPrefix("m.\(format): all 17 weights are what Keras 3.15.1 draws on "))
      let asked = ["verify", "m.\(format)", "--model", arch, "--seed", "3", "--backend", backend, "-q"]
      #expect(try CommandLineTool.run(asked, in: directory).code == 0)
      #expect(
        try CommandLineTool.run(asked.map { $0 == "3" ? "4" : $0 }, in: directory).code == 1)
    }
  }

  @Test(arguments: backends)
  func `a file's own note tells seed and backend`(backend: String) async throws {
    try await withTemporaryDirectory { directory in
      try initialize("m.h5", of: other, seed: 7, ["--backend", backend], in: directory)
      let result = try CommandLineTool.run(["verify", "m.h5", "--json"], in: directory)
      #expect(result.code == 0)
      let report = try JSONParser.parse(result.output)
      #expect(report["backend"]?.stringValue == backend)
      #expect(report["seed"]?.intValue == 7)
      #expect(report["matches"] == true)
    }
  }

  @Test func `another backend has other bits, and is named`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("m.keras", ["--backend", "jax"], in: directory)
      let result = try CommandLineTool.run(["verify", "m.keras", "--backend", "torch"], in: directory)
      #expect(result.code == 1)
      #expect(result.output.contains("same distribution, other numbers"))
      #expect(result.output.hasSuffix("the same seed draws these values on JAX: --backend jax\n"))
    }
  }

  @Test func `what another initializer drew is different`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize(
        "m.h5",
        ["--set", "*.recurrent_initializer=random_normal", "--set", "*.kernel_initializer=he_normal"],
        in: directory)
      let found = try verdicts(["m.h5", "--model", arch], in: directory)
      #expect(Set(found.values) == ["identical", "different"])
      for (name, verdict) in found {
        #expect(verdict == (name.hasSuffix("kernel") ? "different" : "identical"), "\(name)")
      }
    }
  }

  @Test func `constants have no distribution`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("m.h5", ["--set", "*.bias_initializer=ones"], in: directory)
      let found = try verdicts(["m.h5", "--model", arch], in: directory)
      #expect(found.filter { $0.value != "identical" }.allSatisfy { $0.key.hasSuffix("bias") })
      #expect(found.values.contains("different"))
    }
  }

  @Test func `what is not told must be given`() async throws {
    try await withTemporaryDirectory { directory in
      try initialize("m.h5", in: directory)
      let converted = try CommandLineTool.run(["convert", "m.h5", "n.h5", "-q"], in: directory)
      #expect(converted.code == 0)
      // A file that wtool drew keeps the seed through every container.
      #expect(try CommandLineTool.run(["verify", "n.h5"], in: directory).code == 0)
      let foreign = Fixtures.url("weights/custom/model.h5")
      try FileManager.default.copyItem(at: foreign, to: directory.appending(path: "k.h5"))
      let unseeded = try CommandLineTool.run(["verify", "k.h5"], in: directory)
      #expect(unseeded.code == 2)
      #expect(unseeded.errors == "k.h5: it does not store its seed; pass --seed N\n")
      try initialize("m.weights.h5", in: directory)
      let unknown = try CommandLineTool.run(["verify", "m.weights.h5"], in: directory)
      #expect(unknown.code == 2)
      #expect(
        unknown.errors == "m.weights.h5: it holds weights only; pass --model ARCH\n")
    }
  }

  @Test func `models of tf.keras are TensorFlow's`() async throws {
    try await withTemporaryDirectory { directory in
      let old = Fixtures.url("architectures/keras2/recurrent.json").path
      let result = try CommandLineTool.run(
        ["init", old, "-o", "m.h5", "--seed", "1", "--backend", "jax"], in: directory)
      #expect(result.code == 3)
      #expect(result.errors.contains("draws from TensorFlow alone, not from JAX"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }
  }

  @Test(arguments: ["-1", "4294967296", "1.5", "x"])
  func `seeds are those of set_random_seed`(seed: String) async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(
        ["init", arch, "-o", "m.h5", "--seed", seed], in: directory)
      #expect(result.code == 2)
      #expect(result.errors.contains(Int(seed) == nil ? "must be an integer" : "between 0 and 2**32 - 1"))
    }
  }

  @Test(arguments: backends)
  func `threads do not change a byte`(backend: String) async throws {
    try await withTemporaryDirectory { directory in
      let description = """
        {"input_shape": [700], "layers": [
          {"class_name": "Dense", "units": 900},
          {"class_name": "Dense", "units": 1100, "kernel_initializer": "he_normal"},
          {"class_name": "Dense", "units": 300, "kernel_initializer": "random_normal"}]}
        """
      try description.write(to: directory.appending(path: "a.json"), atomically: true, encoding: .utf8)
      for threads in ["1", "2", "5"] {
        try initialize(
          "m\(threads).h5", of: "a.json", ["--backend", backend, "--threads", threads], in: directory)
      }
      let files = try ["1", "2", "5"].map { try Data(contentsOf: directory.appending(path: "m\($0).h5")) }
      #expect(files[0] == files[1])
      #expect(files[0] == files[2])
    }
  }
}
