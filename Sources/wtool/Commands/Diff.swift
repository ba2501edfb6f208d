import ArgumentParser
import ModelFiles
import WeightFiles

/// `wtool diff`: what differs between two weight files.
struct Diff: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare the weights of two files: missing, renamed, reshaped, of another dtype, changed.",
    discussion: """
      The files may be of different containers if the model's architecture is known: stored in one of the \
      files, or named \
      by --model. Exit code 0 if all weights are equal, and in archives what layers keep beside them \
      (vocabularies), 1 if not.

      Examples:
        wtool diff a.h5 b.h5
        wtool diff model.keras model.weights.h5 --json
      """)

  @Argument(help: "A weight file, in any container; - for standard input.")
  var a: InputSource

  @Argument(help: "The weight file to compare it with.")
  var b: InputSource

  @OptionGroup var model: ModelOption

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing; only set the exit code.")
  var quiet = false

  func execute() async throws -> ExitStatus {
    try StandardInput.checkReadOnce(["the first file": a, "the second": b, "--model": model.model])
    let reader = try reading.reader()
    let (first, second) = (try reader.catalog(a), try reader.catalog(b))
    let pairs = try TensorPair.pairs(
      first, second, model: model.model, inputShapes: try model.inputShapes(), reader)
    let difference = try await WeightDifference(first, second, pairs, workers: Terminal.processorCount)
    let assets = try AssetDifference(first, second)
    if !quiet {
      let report = DiffReport(difference, a.name, b.name, assets: assets)
      if json {
        try StandardOutput.write(report.json)
      } else {
        try StandardOutput.write(report.text(width: Terminal.tableWidth))
      }
    }
    return difference.isEqual && assets.entries.isEmpty ? .success : .findings
  }
}
