import ArgumentParser
import ModelFiles
import RandomStreams
import WeightFiles

/// `wtool verify`: whether a file holds exactly what Keras would have drawn.
struct Verify: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check whether a file's weights are bit for bit those that Keras draws for a seed.",
    discussion: """
      Each weight is identical, of the same distribution with other numbers, or different. Orthogonal \
      kernels may be off \
      by 3e-6: the last bits of a QR factorization depend on the machine. Exit code 0 if all weights are \
      as Keras draws \
      them, 1 if not.

      Examples:
        wtool verify model.h5 --seed 42 --backend jax
        wtool verify model.weights.h5 --model arch.json --seed 42
        wtool verify made-by-wtool.h5
      """)

  @Argument(help: "A weight file, in any container; - for standard input.")
  var file: InputSource

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The seed that was given to keras.utils.set_random_seed.",
      discussion: "Defaults to the one stored in files that wtool wrote.", valueName: "n"),
    transform: SeedOptions.seed)
  var seed: UInt32?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The Keras backend that drew the weights.",
      discussion: "Defaults to the one that the file names, or else tensorflow.", valueName: "backend"))
  var backend: Backend?

  @OptionGroup var order: OrderOption

  @OptionGroup var model: ModelOption

  @OptionGroup var version: VersionOption

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing; only set the exit code.")
  var quiet = false

  func execute() async throws -> ExitStatus {
    try StandardInput.checkReadOnce([
      "the file": file, "--model": model.model, "--order-from": order.file,
    ])
    let reader = try reading.reader()
    let catalog = try reader.catalog(file)
    guard let seed = seed ?? catalog.draw?.seed else {
      throw UsageError(catalog.name, "it does not store its seed; pass --seed N")
    }
    guard model.model != nil || catalog.hasArchitecture else {
      throw UsageError(catalog.name, "it holds weights only; pass --model ARCH")
    }
    let named = (catalog.draw?.backend ?? catalog.backend).flatMap(Backend.init)
    let backend = backend ?? named ?? .standard
    let overrides = ArchitectureInput.Overrides(
      like: catalog, inputShapes: try model.inputShapes(), kerasVersion: version.kerasVersion,
      drawnBackend: backend)
    let input =
      if let model = model.model { try ArchitectureInput(model, overrides, reader) } else {
        try ArchitectureInput(of: catalog, overrides, reader)
      }
    let verification = try await WeightVerification(
      catalog, input, seed: seed, backend: backend, order: try order.order(),
      workers: Terminal.processorCount)
    if !quiet {
      let report = VerifyReport(verification, catalog.name)
      if json {
        try StandardOutput.write(report.json)
      } else {
        try StandardOutput.write(report.text(width: Terminal.tableWidth))
      }
    }
    return verification.isMatch ? .success : .findings
  }
}
