import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Text from files reaches no terminal as it is, whatever field of whatever file it stands in.
@Suite("Text from strangers") struct HostileTextTests {
  /// What a terminal, an editor or a log reader acts on.
  private static let hostile =
    "\u{1B}[31mred\u{1B}]0;title\u{7}\u{9B}2J\r\n\u{202E}rtl\u{2066}\u{200F}\u{2028}\u{85}\u{7F}"

  /// Whether a text could act on what shows it.
  private static func isSafe(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      if scalar == "\n" { return true }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: return false
      default: return true
      }
    }
  }

  private func expectSafe(
    _ arguments: [String], in directory: URL, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try CommandLineTool.run(arguments, in: directory, environment: ["COLUMNS": "100"])
    #expect((0...3).contains(result.code), "\(name): \(arguments)", sourceLocation: sourceLocation)
    #expect(Self.isSafe(result.output), "\(name): \(arguments): output", sourceLocation: sourceLocation)
    #expect(Self.isSafe(result.errors), "\(name): \(arguments): errors", sourceLocation: sourceLocation)
    for line in (result.output + result.errors).split(separator: "\n") {
      #expect(line.count < 5000, "\(name): \(arguments)", sourceLocation: sourceLocation)
    }
  }

  // MARK: Architectures

  private static let architecture = #"""
    {"class_name": "Sequential", "module": "keras", "registered_name": null, "keras_version": "3.15.1", "backend": "tensorflow",
     "config": {"name": "net", "trainable": true, "dtype": "float32", "layers": [
       {"class_name": "InputLayer", "module": "keras.layers", "registered_name": null,
        "config": {"batch_shape": [null, 8], "dtype": "float32", "sparse": false, "name": "in"}},
       {"class_name": "Dense", "module": "keras.layers", "registered_name": null,
        "config": {"name": "d", "units": 4, "activation": "relu", "use_bias": true, "kernel_initializer":
          {"class_name": "Zeros", "module": "keras.initializers", "config": {}, "registered_name": null}}},
       {"class_name": "Dense", "module": "keras.layers", "registered_name": null,
        "config": {"name": "e", "units": 2, "activation": "linear", "kernel_initializer": "he_normal"}}
     ]}}
    """#

  /// The document with one string, or one key, made hostile: all such documents.
  private static func variants(of value: JSONValue, _ hostile: String) -> [JSONValue] {
    switch value {
    case .string: return [.string(hostile)]
    case .array(let elements):
      return elements.indices.flatMap { index -> [JSONValue] in
        variants(of: elements[index], hostile).map { changed in
          var copy = elements
          copy[index] = changed
          return .array(copy)
        }
      }
    case .object(let object):
      return object.members.indices.flatMap { index -> [JSONValue] in
        let member = object.members[index]
        let values = variants(of: member.value, hostile).map { (key: member.key, value: $0) }
        return (values + [(key: hostile, value: member.value)]).map { key, value -> JSONValue in
          var members = object.members
          members[index] = .init(key: key, value: value)
          return .object(JSONObject(members))
        }
      }
    default: return []
    }
  }

  private func writeVariants(_ hostile: String, in directory: URL) throws -> [String] {
    let variants = Self.variants(of: try JSONParser.parse(Self.architecture), hostile)
    #expect(variants.count >= 60)
    return try variants.enumerated().map { index, variant in
      let name = "\(index).json"
      try Data(variant.prettyText().utf8).write(to: directory.appending(path: name))
      return name
    }
  }

  @Test("in every field of an architecture") func architectures() async throws {
    try await withTemporaryDirectory { directory in
      let files = try writeVariants(Self.hostile, in: directory)
      for format in [
        "text", "short", "github", "markdown", "junit", "html", "json", "sarif", "gitlab", "jsonl",
      ] {
        let result = try CommandLineTool.run(["inspect"] + files + ["-f", format], in: directory)
        #expect(Self.isSafe(result.output), "\(format)")
        #expect(Self.isSafe(result.errors), "\(format)")
      }
      for file in files {
        try expectSafe(["plan", file], in: directory, file)
        try expectSafe(["init", file, "-o", "\(file).h5", "--seed", "1", "--force"], in: directory, file)
      }
    }
  }

  @Test("of a megabyte") func long() async throws {
    try await withTemporaryDirectory { directory in
      let files = try writeVariants(String(repeating: "A\u{1B}", count: 1 << 19), in: directory)
      for file in files.prefix(12) {
        try expectSafe(["plan", file], in: directory, file)
        try expectSafe(["init", file, "-o", "m.h5", "--seed", "1", "--force"], in: directory, file)
        try expectSafe(["inspect", file], in: directory, file)
      }
    }
  }

  // MARK: Containers

  /// Strings of containers, each with a hostile one of the same length.
  private static let replacements = [
    ("dense", "\u{1B}[31m"), ("kernel", "k\u{1B}[2JX"), ("3.15.1", "\u{1B}[31m1"),
    ("tensorflow", "\u{1B}]0;title\u{7}"),
    ("float32", "\u{1B}[31m\r\n"), ("dense_1", "x\n\u{1B}[31m"), ("Dense", "\u{1B}[31m"),
    ("relu", "\u{1B}[1m"),
    ("HeNormal", "\u{1B}]0;abc\u{7}"), ("vars", "\u{1B}[1m"), ("layers", "a\u{202E}bc"),
  ]

  private static func replaced(_ data: Data, _ old: String, _ new: String) -> Data {
    precondition(old.utf8.count == new.utf8.count)
    var data = data
    while let range = data.firstRange(of: Data(old.utf8)) {
      data.replaceSubrange(range, with: Data(new.utf8))
    }
    return data
  }

  @Test("in every field of a container", arguments: ["h5", "weights.h5", "keras", "weights.json"])
  func containers(format: String) async throws {
    try await withTemporaryDirectory { directory in
      let mlp = Fixtures.url("architectures/short/mlp.json").path
      let sound = "m.\(format)"
      let result = try CommandLineTool.run(["init", mlp, "-o", sound, "--seed", "1", "-q"], in: directory)
      #expect(result.code == 0, "\(result.errors)")
      let original = try Data(contentsOf: directory.appending(path: sound))
      for (old, new) in Self.replacements where original.firstRange(of: Data(old.utf8)) != nil {
        let name = "x.\(format)"
        try Self.replaced(original, old, new).write(to: directory.appending(path: name))
        for arguments in [
          ["ls", name], ["ls", name, "--json"], ["inspect", name], ["inspect", name, "--model", mlp],
          ["diff", name, sound], ["diff", name, sound, "--model", mlp], ["verify", name, "--seed", "1"],
          ["convert", name, "y.keras", "--force"], ["convert", name, "y.h5", "--model", mlp, "--force"],
          ["init", mlp, "-o", "z.h5", "--from", name, "--seed", "1", "--force"],
          ["init", mlp, "-o", "z.h5", "--like", name, "--seed", "1", "--force"], ["plan", name],
        ] {
          try expectSafe(arguments, in: directory, "\(old) in \(format)")
        }
      }
    }
  }

  // MARK: Names and settings

  @Test("in names of files, options and settings") func names() async throws {
    try await withTemporaryDirectory { directory in
      let file = "a\u{1B}[31m\u{202E}.h5"
      let mlp = Fixtures.url("architectures/short/mlp.json").path
      for arguments in [
        ["init", mlp, "-o", file, "--seed", "1"], ["ls", file], ["inspect", file], ["diff", file, file],
        ["verify", file, "--seed", "2"], ["convert", file, "\(file).keras"], ["plan", "\(file).json"],
        ["inspect", file, "--rule", Self.hostile], ["inspect", file, "-f", Self.hostile],
        ["explain", Self.hostile],
        ["init", mlp, "-o", "b.h5", "--set", Self.hostile],
        ["init", mlp, "-o", "b.h5", "--only", Self.hostile, "--from", file],
        ["init", mlp, "-o", "b.h5", "--seed", Self.hostile], [Self.hostile],
        ["inspect", file, "--config", "\(file).toml"],
        ["inspect", file, "--baseline", mlp], ["init", mlp, "-o", "c\(Self.hostile)"],
      ] {
        try expectSafe(arguments, in: directory, "names")
      }
      for setting in [
        "'\(file)' = 1", "ignore = '\\u001b'", "rule = '''\u{1B}[31m'''", "layers = '\u{1B}'\nx = 2",
      ] {
        try Data(setting.utf8).write(to: directory.appending(path: "s.toml"))
        try expectSafe(["inspect", file, "--config", "s.toml"], in: directory, "settings")
        try expectSafe(["inspect", "--config", "s.toml", "--print-config"], in: directory, "settings")
      }
    }
  }
}
