import ArgumentParser
import OrderedJSON
import RandomStreams
import WeightFiles

/// `wtool verify`: whether a file holds exactly what Keras would have initialised.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether a file's weights are bit for bit those that Keras draws for a seed.",
    discussion: """
      Weights are identical, of the same distribution with other numbers, or different. Orthogonal kernels may be off by \
      3e-6: the last bits of a QR factorisation depend on the machine. Exit code 0 if all weights are as Keras draws \
      them, 1 if not.

      Examples:
        wtool verify model.h5 --seed 42 --backend jax
        wtool verify model.weights.h5 --model arch.json --seed 42
        wtool verify made-by-wtool.h5
      """)

  @Argument(help: "A weight file, in any container.")
  var file: String

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The seed that was given to keras.utils.set_random_seed.",
      discussion: "Files of wtool have it in them.", valueName: "n"),
    transform: SeedOptions.seed)
  var seed: UInt32?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The Keras backend that is to have drawn the weights.",
      discussion: "The one that the file names, if it is not given, or else tensorflow.", valueName: "backend"
    ))
  var backend: Backend?

  @OptionGroup var model: ModelOption

  @OptionGroup var version: VersionOption

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing; the exit code tells.")
  var quiet = false

  func run() async throws {
    try StandardInput.checkReadOnce(["the file": file, "--model": model.model])
    let catalog = try StoredModel.catalog(file)
    guard let seed = seed ?? catalog.draw?.seed else {
      throw CommandFailure("\(catalog.name): it does not tell its seed: --seed must", .usage)
    }
    guard model.model != nil || catalog.hasArchitecture else {
      throw CommandFailure(
        "\(catalog.name): it holds weights only: --model must name their architecture", .usage)
    }
    let changes = ArchitectureInput.Changes(like: catalog, kerasVersion: version.kerasVersion)
    let input =
      if let model = model.model { try ArchitectureInput(model, changes) } else {
        try ArchitectureInput(of: catalog, changes)
      }
    let named = catalog.draw?.backend ?? catalog.backend
    let result = try await WeightVerification(
      catalog, input, seed: seed, backend: backend ?? named.flatMap(Backend.init) ?? .standard)
    if !quiet {
      try StandardOutput.write(
        json ? result.json(catalog.name).prettyText() + "\n" : result.text(catalog.name))
    }
    guard result.isMatch else { CommandExitCode.findings.exit() }
  }
}
