import Foundation
import OrderedJSON
import TestSupport
import Testing

private let short = """
  {"input_shape": [784],
   "layers": [{"class_name": "Dense", "units": 128, "activation": "relu", "kernel_initializer": "he_normal"},
              {"class_name": "Dense", "units": 10, "activation": "softmax"}]}
  """

private func files(in directory: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
}

@Suite struct InitCommandTests {
  @Test func `an architecture becomes a file, and the summary says so`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(
        ["init", "-", "-o", "m.h5", "--seed", "7"], input: Data(short.utf8), in: directory)
      #expect(result.code == 0)
      #expect(result.errors.isEmpty)
      #expect(result.output.hasPrefix("m.h5: 2 layers, 4 weights, 101,770 parameters, 421.9 kB, seed 7, "))
      #expect(try files(in: directory) == ["m.h5"])
    }
  }

  @Test func `the JSON summary is JSON`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(
        ["init", "-", "-o", "m.h5", "--seed", "7", "--json"], input: Data(short.utf8), in: directory)
      let summary = try JSONParser.parse(result.output)
      #expect(summary["parameters"] == 101770)
      #expect(summary["seed"] == 7)
      #expect(summary["warnings"] == [])
      let size =
        try FileManager.default.attributesOfItem(atPath: directory.appending(path: "m.h5").path)[.size]
        as? Int
      #expect(summary["bytes"]?.intValue == size)
    }
  }

  @Test func `same input, seed and flags: same bytes, whatever the workers`() async throws {
    try await withTemporaryDirectory { directory in
      let arch = Fixtures.url("architectures/keras3/recurrent.json").path
      var contents: Set<Data> = []
      for threads in ["1", "2", "7"] {
        let result = try CommandLineTool.run(
          ["init", arch, "-o", "\(threads).h5", "--seed", "5", "--threads", threads], in: directory)
        #expect(result.code == 0)
        contents.insert(try Data(contentsOf: directory.appending(path: "\(threads).h5")))
      }
      #expect(contents.count == 1)
      _ = try CommandLineTool.run(["init", arch, "-o", "other.h5", "--seed", "6"], in: directory)
      #expect(!contents.contains(try Data(contentsOf: directory.appending(path: "other.h5"))))
    }
  }

  @Test func `a drawn seed is told and repeats the run`() async throws {
    try await withTemporaryDirectory { directory in
      let first = try CommandLineTool.run(
        ["init", "-", "-o", "a.h5"], input: Data(short.utf8), in: directory)
      let seed = try #require(
        first.errors.firstMatch(of: /seed (\d+) was drawn; --seed \1 repeats this run/)?.1)
      _ = try CommandLineTool.run(
        ["init", "-", "-o", "b.h5", "--seed", String(seed)], input: Data(short.utf8), in: directory)
      #expect(
        try Data(contentsOf: directory.appending(path: "a.h5"))
          == Data(contentsOf: directory.appending(path: "b.h5")))
    }
  }

  @Test func `nothing is written by a dry run`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try CommandLineTool.run(
        ["init", "-", "-o", "m.h5", "--dry-run"], input: Data(short.utf8), in: directory)
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("nothing written: 2 layers"))
      #expect(try files(in: directory).isEmpty)
    }
  }

  @Test func `a file goes through standard output, and comes back as an architecture`() async throws {
    try await withTemporaryDirectory { directory in
      try Data(short.utf8).write(to: directory.appending(path: "a.json"))
      let result = try CommandLineTool.shell(
        "wtool init a.json -o - --seed 1 2>log | wtool init - -o b.h5 --seed 1 -q && wtool init a.json -o c.h5 --seed 1 -q "
          + "&& cat b.h5 | wtool plan - --json | head -c 26", in: directory)
      #expect(result.code == 0)
      #expect(result.output == "{\n  \"schema\": \"wtool-plan-")
      #expect(try files(in: directory) == ["a.json", "b.h5", "c.h5", "log"])
    }
  }

  // MARK: Warnings

  @Test func `a declaration that is known to fail is warned of, and strictly refused`() async throws {
    try await withTemporaryDirectory { directory in
      let text = short.replacing("he_normal", with: "zeros")
      let warned = try CommandLineTool.run(
        ["init", "-", "-o", "m.h5", "--seed", "1"], input: Data(text.utf8), in: directory)
      #expect(warned.code == 0)
      #expect(
        warned.errors.hasPrefix(
          "standard input: warning: SYM001 zero-kernel: \"dense\": `dense/kernel` is declared to be all 0: "))
      let strict = try CommandLineTool.run(
        ["init", "-", "-o", "n.h5", "--strict"], input: Data(text.utf8), in: directory)
      #expect(strict.code == 1)
      #expect(try files(in: directory) == ["m.h5"])
    }
  }

  // MARK: Failures

  private static let unusable: [(name: String, script: String, message: String)] = [
    (
      "a missing file", "wtool init no.json -o m.h5",
      "no.json: the file does not exist"
    ),
    ("a directory", "wtool init . -o m.h5", ".: it is a folder; a file was expected"),
    (
      "an empty file", ": > a.json; wtool init a.json -o m.h5",
      "a.json: the file is empty (0 bytes)"
    ),
    (
      "no JSON", "echo 'model = 3' > a.json; wtool init a.json -o m.h5",
      "a.json:1:1: neither JSON, HDF5 nor a .keras archive: expected a value, found \"m\""
    ),
    ("truncated JSON", "head -c 100 arch > a.json; wtool init a.json -o m.h5", "a.json:2:"),
    ("UTF-16", "printf '\\xff\\xfe{\\0}\\0' > a.json; wtool init a.json -o m.h5", "a.json:1:1: "),
    (
      "a wrong value", "sed s/128/-1/ arch > a.json; wtool init a.json -o m.h5",
      "a.json:2:46: layers[0].units \"dense\" (Dense): `units` must be a positive integer; found -1"
    ),
    (
      "an unknown layer", "sed 's/Dense/Dens/' arch > a.json; wtool init a.json -o m.h5",
      "a.json:2:28: layers[0].class_name: layer \"dens\" has the class \"Dens\", which wtool does not know; did you mean \"Dense\"?"
    ),
    (
      "an unknown initializer", "sed 's/he_normal/henormal/' arch > a.json; wtool init a.json -o m.h5",
      "a.json:2:95: layers[0].kernel_initializer \"dense\" (Dense): \"henormal\" is not an initializer of Keras; did you mean \"HeNormal\"?"
    ),
    (
      "a layer that is too large", "sed s/128/4611686018427387904/ arch > a.json; wtool init a.json -o m.h5",
      "a.json:2:13: layers[0] \"dense\" (Dense): `kernel` would be too large: "
    ),
    (
      "a dilation that no map can have",
      "echo '{\"input_shape\": [8, 4], \"layers\": [{\"class_name\": \"Conv1DTranspose\", \"filters\": 2, "
        + "\"kernel_size\": 8, \"dilation_rate\": 1317624576693539401}]}' > a.json; wtool plan a.json",
      "a.json:1:36: layers[0] \"conv1d_transpose\" (Conv1DTranspose): the output has no possible size along axis 1: "
        + "the input has 8, `kernel_size` is 8, `strides` 1 and `dilation_rate` 1317624576693539401; "
        + "expected a size from 1 to 2^63 - 1"
    ),
    (
      "weights that are too large together",
      "echo '{\"input_shape\": [1], \"layers\": ['\"$(yes '{\"class_name\": \"Dense\", \"units\": 134217728},' "
        + "| head -n 140)\"'{\"class_name\": \"Dense\", \"units\": 1}]}' > a.json; wtool init a.json -o m.h5",
      "a.json:1:1: the model's 282 weights have more bytes than can be addressed; expected fewer than 2^63 bytes in all"
    ),
    (
      "a damaged signature",
      "wtool init arch -o w.h5 -q --seed 1; printf x | dd of=w.h5 bs=1 seek=0 conv=notrunc 2>/dev/null; wtool plan w.h5",
      "w.h5:1:1: neither JSON, HDF5 nor a .keras archive: "
    ),
    (
      "a damaged archive", "head -c 900 stored.keras > b.keras; wtool init b.keras -o m.h5",
      "b.keras: the ZIP archive is damaged: it has no central directory"
    ),
    (
      "a device", "wtool init /dev/zero -o m.h5", "/dev/zero: cannot read it: it is neither a file nor a pipe"
    ),
    (
      "an output that exists", "echo old > m.h5; wtool init arch -o m.h5",
      "m.h5: the file exists; --force replaces it"
    ),
    (
      "an output in no directory", "wtool init arch -o no/m.h5",
      "no/m.h5: cannot create the file: the folder no does not exist"
    ),
    (
      "an output that is a directory", "mkdir m.h5; wtool init arch -o m.h5 --force",
      "m.h5: the output is a folder; a file was expected"
    ),
    ("an output that cannot grow", "ulimit -f 100; wtool init arch -o m.h5 --seed 1", "m.h5: cannot "),
    (
      "a full standard output", "wtool plan arch > /dev/full",
      "standard output: cannot write: No space left on device"
    ),
    (
      "a name that no group can have",
      "sed 's/\"units\": 128/\"name\": \"top_level_model_weights\", \"units\": 128/' arch > a.json; wtool init a.json -o m.h5",
      "m.h5: the h5 format cannot hold a layer called \"top_level_model_weights\""
    ),
  ]

  /// One line, the documented exit code, and no new file.
  @Test(arguments: unusable)
  func `what cannot be used is refused in one line`(name: String, script: String, message: String)
    async throws
  {
    try await withTemporaryDirectory { directory in
      try Data(short.utf8).write(to: directory.appending(path: "arch"))
      try Data(try Fixtures.bytes("weights/stored.keras")).write(
        to: directory.appending(path: "stored.keras"))
      let result = try CommandLineTool.shell(script, in: directory)
      #expect(result.code == 3)
      #expect(result.errors.hasPrefix(message), "\(result.errors)")
      #expect(result.errors.hasSuffix("\n"))
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      let left = try files(in: directory)
      #expect(!left.contains { $0.hasSuffix(".tmp") })
      if left.contains("m.h5"), name == "an output that exists" {
        #expect(try String(contentsOf: directory.appending(path: "m.h5"), encoding: .utf8) == "old\n")
      } else if name != "an output that is a directory" {
        #expect(!left.contains("m.h5"))
      }
    }
  }

  /// Every prefix of an architecture is refused or read; none ends the process otherwise.
  @Test func `truncated architectures are refused`() async throws {
    let whole = try Fixtures.bytes("architectures/keras3/mlp.json")
    for length in stride(from: 0, to: whole.count - 2, by: 97) {
      let result = try CommandLineTool.run(["plan", "-"], input: Data(whole.prefix(length)))
      #expect(result.code == 3)
      #expect(result.errors.split(separator: "\n").count == 1)
    }
  }

  /// libhdf5 trusts some of what a file says; whatever is damaged, the process ends as documented.
  /// A part of the bytes each, so that the parts run side by side.
  @Test(arguments: 0..<4)
  func `no damaged byte of a file ends the process otherwise`(part: Int) async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "m.h5")
      let made = try CommandLineTool.run(
        ["init", "-", "-o", "m.h5", "--seed", "1"], input: Data(short.utf8), in: directory)
      #expect(made.code == 0)
      let whole = try Data(contentsOf: url)
      for place in stride(from: 7 * part, to: 3000, by: 28) {
        var damaged = whole
        damaged[place] = 0xFF
        try damaged.write(to: url)
        let result = try CommandLineTool.run(["plan", "m.h5"], in: directory)
        #expect([0, 3].contains(result.code), "byte \(place)")
        #expect(result.errors.split(separator: "\n").count == (result.code == 0 ? 0 : 1), "byte \(place)")
      }
    }
  }

  @Test(arguments: [
    ["init", "arch"], ["init", "arch", "-o", "m.txt"], ["init", "arch", "-o", "m.npz"],
    ["init", "arch", "-o", "m.h5", "--seed", "-1"], ["init", "arch", "-o", "m.h5", "--seed", "4294967296"],
    ["init", "arch", "-o", "m.h5", "--threads", "0"], ["init", "arch", "-o", "m.h5", "--backend", "theano"],
  ])
  func `wrong usage is another exit code`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments)
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("Usage: wtool"))
  }

  @Test(arguments: [
    ("inspct", "wtool: there is no command 'inspct'; did you mean 'inspect'?\n"),
    ("xyzzy", "wtool: there is no command 'xyzzy'; `wtool --help` lists them\n"),
  ])
  func `an unknown command suggests the nearest`(command: String, message: String) throws {
    let result = try CommandLineTool.run([command, "m.h5"])
    #expect(result.code == 2)
    #expect(result.errors == message)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal leaves no file behind`(signal: Int32) async throws {
    try await withTemporaryDirectory { directory in
      // One worker would take a quarter of a minute; nothing near that is written.
      try Data(short.replacing("128", with: "4000000").utf8).write(to: directory.appending(path: "arch"))
      let process = Process()
      process.executableURL = CommandLineTool.executable
      process.arguments = ["init", "arch", "-o", "m.h5", "--seed", "1", "-q", "--threads", "1"]
      process.currentDirectoryURL = directory
      try process.run()
      // What is written has no name, so nothing tells when the process is about it. A suspended task might
      // not be resumed in time: other tests block the threads of the pool.
      usleep(700_000)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)
      #expect(process.terminationStatus == signal)
      #expect(try files(in: directory) == ["arch"])
    }
  }

  @Test func `closed standard streams do not end up in the file`() async throws {
    try await withTemporaryDirectory { directory in
      try Data(short.utf8).write(to: directory.appending(path: "arch"))
      let result = try CommandLineTool.shell(
        "wtool init arch -o a.h5 --seed 1 >&- 2>&- <&-; wtool init arch -o b.h5 --seed 1 -q; cmp a.h5 b.h5",
        in: directory)
      #expect(result.code == 0, "\(result.errors)")
    }
  }

  @Test func `what cannot be written to standard output is an error`() async throws {
    try await withTemporaryDirectory { directory in
      try Data(short.utf8).write(to: directory.appending(path: "arch"))
      for script in ["wtool init arch -o - --seed 1 -q >&-", "wtool plan arch --seed 1 >/dev/full"] {
        let result = try CommandLineTool.shell(script, in: directory)
        #expect(result.code == 3, "\(script)")
        #expect(result.errors.hasPrefix("standard output: cannot write: "))
      }
    }
  }

  @Test func `version and help go to standard output`() throws {
    let version = try CommandLineTool.run(["--version"])
    #expect(version.code == 0)
    #expect(version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    for arguments in [["--help"], ["init", "--help"], ["plan", "--help"]] {
      let help = try CommandLineTool.run(arguments)
      #expect(help.code == 0)
      #expect(help.errors.isEmpty)
      #expect(help.output.contains("USAGE: wtool"))
    }
  }
}

@Suite struct PlanCommandTests {
  @Test func `totals are Keras's`() throws {
    let result = try CommandLineTool.run([
      "plan", Fixtures.url("architectures/keras3/resnet50.json").path, "--json",
    ])
    let plan = try JSONParser.parse(result.output)
    #expect(plan["totals"]?["parameters"] == 25_636_712)
    #expect(plan["totals"]?["trainable_parameters"] == 25_583_592)
    #expect(plan["layers"]?.arrayValue?.count == 177)
  }

  @Test func `the table shows paths, shapes, initializers and seeds`() throws {
    let result = try CommandLineTool.run(["plan", "-", "--seed", "7"], input: Data(short.utf8))
    #expect(result.code == 0)
    let expected = """
      sequential (Sequential), Keras 3.15.1, 2 layers

      layer            output shape  weight  shape       dtype    initializer         seed  parameters
      ------------------------------------------------------------------------------------------------
      dense (Dense)    (None, 128)   kernel  (784, 128)  float32  HeNormal       347712783     100,352
                                     bias    (128,)      float32  Zeros                            128
      dense_1 (Dense)  (None, 10)    kernel  (128, 10)   float32  GlorotUniform  161973070       1,280
                                     bias    (10,)       float32  Zeros                             10

      total parameters:          101,770 (407.1 kB)
      trainable parameters:      101,770
      non-trainable parameters:  0

      """
    #expect(result.output == expected)
    let unseeded = try CommandLineTool.run(["plan", "-"], input: Data(short.utf8))
    #expect(unseeded.output.contains("HeNormal       drawn"))
  }

  @Test func `layers are chosen by class, and what was set is said`() async throws {
    try await withTemporaryDirectory { directory in
      let arch = Fixtures.url("architectures/short/mlp.json").path
      let set = ["--set", "class:Dense,!dense_1.kernel_initializer=zeros"]
      let result = try CommandLineTool.run(
        ["init", arch, "-o", "a.h5", "--seed", "1"] + set, in: directory)
      #expect(result.code == 0)
      #expect(result.errors.contains("set `kernel_initializer` to \"zeros\" in"), "\(result.errors)")
      #expect(!result.errors.contains("dense_1"))
      let none = try CommandLineTool.run(
        ["init", arch, "-o", "b.h5", "--set", "class:Conv2D.kernel_initializer=zeros"], in: directory)
      #expect(none.code == 2 || none.code == 3)
      let drawn = try CommandLineTool.run(
        [
          "init", arch, "-o", "c.h5", "--seed", "2", "--from", "a.h5", "--only", "class:Dense,!dense_1",
          "--json",
        ],
        in: directory)
      #expect(drawn.code == 0, "\(drawn.errors)")
      #expect(drawn.output.contains("dense_1/kernel"))
    }
  }
}
