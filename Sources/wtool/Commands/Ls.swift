import ArgumentParser
import ModelFiles
import WeightFiles

/// `wtool ls`: the tensors of a weight file.
struct Ls: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the tensors of a weight file: path, layer, role, shape, dtype, bytes, storage.",
    discussion: """
      FILE is any Keras container, or any other HDF5 file; - reads standard input. The JSON has a digest \
      of each tensor's \
      values (SHA-256 of the elements in row-major order, little-endian).

      Examples:
        wtool ls model.h5
        wtool ls model.weights.h5 --model arch.json
        wtool ls model.keras --json | jq -r '.tensors[] | [.path, .sha256] | @tsv'
      """)

  @Argument(help: "The weight file; - for standard input.")
  var file: InputSource

  @OptionGroup var model: ModelOption

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .long, help: "Print JSON, with a digest of each tensor.")
  var json = false

  func execute() async throws -> ExitStatus {
    try StandardInput.checkReadOnce(["the weight file": file, "--model": model.model])
    let reader = try reading.reader()
    // Of values that are in other files there are no digests.
    let catalog = json ? try reader.catalog(file) : try reader.listing(file)
    let report = ListingReport(
      try StoredModel(catalog, model: model.model, inputShapes: try model.inputShapes(), reader))
    if json {
      let digests = try await TensorDigests.digests(of: catalog, workers: Terminal.processorCount)
      try StandardOutput.write(report.json(digests: digests))
    } else {
      try StandardOutput.write(report.text(width: Terminal.tableWidth))
      if let note = catalog.noteOfOtherDatasets { StandardError.write(note) }
    }
    return .success
  }
}
