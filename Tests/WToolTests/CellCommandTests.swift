import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Files that crash, hang or fill the memory of whoever takes them apart.
@Suite struct CellCommandTests {
  /// A legacy file that is whole.
  private static let whole = Fixtures.url("weights/custom/model.h5").path

  @Test func `reports of other files do not suffer from one that is damaged`() async throws {
    try await withTemporaryDirectory { directory in
      let damaged = directory.appending(path: "bad.h5")
      var bytes = try Data(contentsOf: URL(filePath: Self.whole))
      bytes.replaceSubrange(96..<400, with: Data(repeating: 0xFF, count: 304))
      try bytes.write(to: damaged)
      let result = try CommandLineTool.run(
        ["inspect", Self.whole, "bad.h5", Self.whole, "-f", "json:r.json", "-f", "sarif:r.sarif"],
        in: directory)
      #expect(result.code == 3)
      let report = try String(contentsOf: directory.appending(path: "r.json"), encoding: .utf8)
      #expect(report.components(separatedBy: "\"bad.h5").count > 1)
      #expect(report.components(separatedBy: Self.whole).count > 2)
      #expect(FileManager.default.fileExists(atPath: directory.appending(path: "r.sarif").path))
    }
  }

  @Test func `several files are read at a time, and each is told what became of it`() throws {
    let crashing = Fixtures.url("attacks/chunks/tree-circle.weights.h5").path
    let files = (0..<30).map { $0.isMultiple(of: 3) ? crashing : Self.whole }
    let result = try CommandLineTool.run(["inspect", "-f", "json", "--threads", "4"] + files)
    #expect(result.code == 3)
    let reports = try JSONParser.parse(result.output)["files"]?.arrayValue ?? []
    #expect(reports.map { $0["path"]?.stringValue } == files)
    for (file, report) in zip(files, reports) {
      let failure = report["failure"]?.stringValue
      #expect((failure?.contains("reading it crashed (SIGSEGV)") == true) == (file == crashing), "\(report)")
    }
  }

  /// Threads that have to wait for each other's answers do so now and then only.
  @Test func `several threads ask about one file at a time`() throws {
    let file = Fixtures.url("weights/storage/big-gzip.h5").path
    let first = try CommandLineTool.run(["ls", "--json", file])
    for _ in 0..<60 {
      let result = try CommandLineTool.run(["ls", "--json", file])
      #expect(result.code == 0, "\(result.errors)")
      #expect(result.output == first.output)
    }
  }

  @Test(arguments: ["1K", "-1", "x", "99999999999999999999G", ""])
  func `a limit of memory that makes no sense is refused`(size: String) throws {
    let result = try CommandLineTool.run(["ls", Self.whole, "--max-memory=\(size)"])
    #expect(result.code == 2)
    #expect(result.errors.contains("--max-memory") || result.errors.contains("max-memory"))
  }

  @Test(arguments: ["64M", "1G", "2GiB", "100000000"])
  func `a sound file is read within a limit`(size: String) throws {
    let result = try CommandLineTool.run(["ls", Self.whole, "--json", "--max-memory", size])
    #expect(result.errors.isEmpty)
    #expect(result.code == 0)
  }

  @Test func `no process is left when a command is killed`() async throws {
    try await withTemporaryDirectory { directory in
      // The tool waits for standard input, with the process that starts others beside it.
      let result = try CommandLineTool.shell(
        """
        mkfifo pipe; wtool ls - <pipe & exec 3>pipe; sleep 0.3
        children=$(pgrep -P "$(pgrep -P $! || echo $!)" | wc -l)
        kill -9 $(pgrep -P $!) $! 2>/dev/null; exec 3>&-; sleep 0.3
        pgrep -f "ls -$" | wc -l
        """, in: directory)
      #expect(result.output.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
    }
  }
}
