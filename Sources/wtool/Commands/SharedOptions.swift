import ArgumentParser
import RandomStreams

/// What decides the values of weights.
struct SeedOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The seed of the whole model, as given to keras.utils.set_random_seed.",
      discussion: "0 to 4294967295. A seed in the architecture wins for its weight.", valueName: "n"))
  var seed: UInt32?

  @Option(name: .long, help: "The Keras backend whose random numbers are drawn.")
  var backend: Backend = .standard
}

extension Backend: ExpressibleByArgument {}
