import ArgumentParser
import Failures
import ModelFiles
import WeightFiles

/// `wtool convert`: the same weights in another container.
struct Convert: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put the weights of a file, bit for bit, into another container.",
    discussion: """
      Converting between .h5 and the formats of Keras 3 needs the model's architecture: the one stored in \
      the file, or \
      --model. With --model the result has that architecture, so that an .h5 of Keras 2 that Keras 3 \
      refuses becomes one \
      that it loads.

      Examples:
        wtool convert model.h5 model.weights.h5
        wtool convert model.keras model.h5
        wtool convert old.h5 new.keras --model arch.json
        wtool convert model.weights.h5 model.weights.json --max-shard-size 2
      """)

  @Argument(help: "The weight file, in any container; - for standard input.")
  var input: InputSource

  @Argument(help: "The file to write, in any container; - for standard output.")
  var output: OutputDestination

  @OptionGroup var model: ModelOption

  @OptionGroup var target: OutputOptions

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws { try target.check(output) }

  func execute() async throws -> ExitStatus {
    try StandardInput.checkReadOnce(["the weight file": input, "--model": model.model])
    let reader = try reading.reader()
    let catalog = try reader.catalog(input)
    let stored = try StoredModel(catalog, model: model.model, reader)
    let layout = try self.layout(stored)
    let size = try await target.write(layout, stored.sources, to: output, showsProgress: !quiet)
    guard !quiet else { return .success }
    let report = ConvertReport(of: catalog, layout, to: output, byteCount: size)
    report.notes.forEach(StandardError.write)
    if output == .standardOutput {
      StandardError.write(report.text)
    } else {
      try StandardOutput.write(report.text)
    }
    return .success
  }

  /// The form of the result; without an architecture, an error also says why there is none.
  private func layout(_ stored: StoredModel) throws -> ContainerLayout {
    var contents = stored.contents
    contents.assets = try stored.catalog.members(stored.keptAssets)
    do { return try target.layout(contents, output) } catch let error as ModelFileError
      where stored.architecture == nil && error.kind == .unsupported
    {
      var reason = error.reason
      if stored.catalog.hasArchitecture, let unusable = stored.unusableArchitecture {
        reason += "; the architecture stored in the file cannot be used: \(unusable)"
      }
      throw ModelFileError(error.kind, in: error.place, "\(reason); pass --model ARCH", cause: error)
    }
  }
}
