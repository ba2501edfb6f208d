import Foundation
import TestSupport

/// The command-line tool of this build, run as its users run it.
enum CommandLineTool {
  struct Result {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Beside the test bundle, unless `WTOOL_BINARY` names another one.
  static let executable: URL = {
    if let path = ProcessInfo.processInfo.environment["WTOOL_BINARY"] { return URL(filePath: path) }
    let bundle =
      Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
      ?? URL(filePath: CommandLine.arguments[0])
    return bundle.deletingLastPathComponent().appending(path: "wtool")
  }()

  /// Runs the tool with what is added to the environment of the tests.
  static func run(
    _ arguments: [String], input: Data = Data(), in directory: URL? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    return try run(process, input: input)
  }

  /// Runs a line of shell in which `wtool` is the tool.
  static func shell(_ script: String, in directory: URL) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "wtool() { '\(executable.path)' \"$@\"; }; " + script]
    process.currentDirectoryURL = directory
    return try run(process, input: Data())
  }

  private static func run(_ process: Process, input: Data) throws -> Result {
    // Files rather than pipes: a pipe that nobody empties would block the tool.
    let folder = FileManager.default.temporaryDirectory.appending(path: "wtool-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try ["in", "out", "err"].map { name in
      let url = folder.appending(path: name)
      try (name == "in" ? input : Data()).write(to: url)
      return try FileHandle(forUpdating: url)
    }
    process.standardInput = files[0]
    process.standardOutput = files[1]
    process.standardError = files[2]
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }
    return Result(code: process.terminationStatus, output: try text("out"), errors: try text("err"))
  }
}
