import ArgumentParser
import RandomStreams
import WeightFiles

/// What decides the values of weights.
struct SeedOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The seed of the whole model, as given to keras.utils.set_random_seed.",
      discussion: "0 to 4294967295. A seed in the architecture wins for its weight.", valueName: "n"),
    transform: Self.seed)
  var seed: UInt32?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The Keras backend whose random numbers are drawn, bit for bit.",
      discussion: "Models of Keras 1 and 2 have TensorFlow's only.", valueName: "backend"))
  var backend: Backend = .standard

  /// The seeds that Keras's `set_random_seed` takes are those of `numpy.random.seed`.
  static func seed(_ text: String) throws -> UInt32 {
    guard let seed = UInt32(text) else {
      throw ValidationError(
        Int(text) == nil
          ? "a seed must be an integer; found '\(text)'"
          : "a seed must be between 0 and 2**32 - 1, as for keras.utils.set_random_seed; found \(text)")
    }
    return seed
  }
}

/// Where layers of unknown classes come from.
struct LikeOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A weight file of the same model, from which layers of classes that wtool does not know take names, shapes and dtypes.",
      discussion:
        "Any container. Their initializers are those that the architecture declares, or else guesses, which are listed.",
      valueName: "file"))
  var like: String?

  func catalog() throws(CommandFailure) -> WeightCatalog? {
    if let like { try StoredModel.catalog(like) } else { nil }
  }
}

/// The Keras that is to load what is written.
struct VersionOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The Keras version that is meant, if it is not the one that the architecture names.",
      discussion: "It must read such descriptions. Fans of EinsumDense and attention changed in 3.15.0.",
      valueName: "version"))
  var kerasVersion: String?
}

/// The model that a weight file is of.
struct ModelOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The architecture of the model, as for init; without it, the file's own counts.", valueName: "arch"))
  var model: String?
}

extension Backend: ExpressibleByArgument {}
