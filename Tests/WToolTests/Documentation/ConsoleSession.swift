import Foundation
import TestSupport

/// A folder in which the commands of a page run one after the other, with `wtool` on the path.
struct ConsoleSession {
  private let folder: URL
  private let environment: [String: String]

  /// - Parameters:
  ///   - root: an empty folder.
  ///   - columns: the width of the terminal.
  /// - Throws: if the folder cannot be prepared.
  init(in root: URL, columns: Int) throws {
    folder = root.appending(path: "work")
    let programs = root.appending(path: "bin")
    for folder in [folder, programs] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      at: programs.appending(path: "wtool"), withDestinationURL: CommandLineTool.executable)
    if let python = Self.python {
      // What Keras and its backend tell on standard error is shown only where they fail.
      let script = """
        #!/bin/sh
        '\(python)' "$@" 2>"$HOME/errors" || { status=$?; cat "$HOME/errors" >&2; exit $status; }
        """
      let file = programs.appending(path: "python")
      try Data(script.utf8).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
    var environment = ProcessInfo.processInfo.environment
    for name in ["GITHUB_STEP_SUMMARY", "XDG_CONFIG_HOME", "FORCE_COLOR", "CLICOLOR_FORCE", "KERAS_BACKEND"] {
      environment[name] = nil
    }
    environment["PATH"] = "\(programs.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
    environment["HOME"] = root.path
    environment["FIXTURES"] = Fixtures.url("").path
    environment["COLUMNS"] = String(columns)
    environment["NO_COLOR"] = "1"
    environment["LC_ALL"] = "C.UTF-8"
    environment["CUDA_VISIBLE_DEVICES"] = "-1"
    self.environment = environment
  }

  /// A Python that has Keras: the one that `scripts/test` installs, or the one of `WTOOL_PYTHON`.
  private static let python: String? = {
    let own = Fixtures.packageDirectory.appending(path: ".build/conformance/bin/python").path
    let path = ProcessInfo.processInfo.environment["WTOOL_PYTHON"] ?? own
    return FileManager.default.isExecutableFile(atPath: path) ? URL(filePath: path).path : nil
  }()

  /// Whether a block that needs a program can run.
  func has(_ program: String) -> Bool {
    if program == "Keras" { return Self.python != nil }
    return (environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  func write(_ contents: String, to name: String) throws {
    try Data(contents.utf8).write(to: folder.appending(path: name))
  }

  /// Runs the script that prepares the folder.
  ///
  /// - Returns: what it printed, if it failed.
  func prepare(_ name: String) throws -> String? {
    let (status, output) = try run(["-eu", Fixtures.url("docs/\(name).sh").path])
    return status == 0 ? nil : "fixtures/docs/\(name).sh failed with \(status):\n\(output)"
  }

  /// Runs commands in one shell.
  ///
  /// - Returns: what each of them printed on standard output and standard error.
  func run(commands: [String]) throws -> [String] {
    let separator = #"separator() { status=$?; printf '\036'; return $status; }"#
    let script = ([separator] + commands.flatMap { [$0, "separator"] }).joined(separator: "\n")
    let (_, output) = try run(["-c", script])
    let outputs = output.replacing(folder.path, with: ".").split(
      separator: "\u{1E}", omittingEmptySubsequences: false)
    return commands.indices.map { $0 < outputs.count ? String(outputs[$0]) : "" }
  }

  private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let log = folder.deletingLastPathComponent().appending(path: "output")
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    // Two streams that append to one file keep their order.
    _ = fcntl(handle.fileDescriptor, F_SETFL, O_APPEND)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    try handle.close()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: log), as: UTF8.self))
  }
}
