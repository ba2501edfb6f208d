import ArgumentParser
import RandomStreams

/// What decides the values of weights.
struct SeedOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The seed of the whole model, as given to keras.utils.set_random_seed.",
      discussion: "0 to 4294967295. A seed in the architecture takes precedence for its weight.",
      valueName: "n"),
    transform: Self.seed)
  var seed: UInt32?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The Keras backend whose random numbers are drawn, bit for bit.",
      discussion: "Models of Keras 1 and 2 support tensorflow only.", valueName: "backend"))
  var backend: Backend = .standard

  /// A seed that `keras.utils.set_random_seed` takes: those of `numpy.random.seed`.
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

extension Backend: ExpressibleByArgument {}
