import ArgumentParser
import WeightFiles

/// A weight file that describes layers of unknown classes.
struct LikeOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A weight file of the same model, from which layers of unknown classes take names, shapes and dtypes.",
      discussion:
        "Any container. Initializers that the architecture does not declare are guessed, and the guesses are "
        + "listed.",
      valueName: "file"))
  var like: InputSource?
}

/// The Keras version that is to load what is written.
struct VersionOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The Keras version that is to load the file; defaults to the one that the architecture names.",
      discussion:
        "It must read architectures of this form. The fans of EinsumDense and attention changed in 3.15.0.",
      valueName: "version"))
  var kerasVersion: String?
}

/// The model that a weight file belongs to.
struct ModelOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The architecture, as for init; defaults to the architecture stored in the file.", valueName: "arch"))
  var model: InputSource?
}

extension InputSource: ExpressibleByArgument {}

extension OutputDestination: ExpressibleByArgument {}
