import ArgumentParser
import ModelFiles
import RandomStreams
import WeightFiles

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

/// The order in which layers get their seeds.
struct OrderOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Whose order of layers decides their seeds: keras.applications, or a file that lists layers.",
      discussion:
        "Keras draws seeds as layers are made, and a script may make them in another order than that of the "
        + "architecture. A list has the names of layers, one a line or as a JSON array.",
      valueName: "file"))
  var orderFrom: String?

  /// The list's file; `nil` if there is none to read.
  var file: InputSource? {
    orderFrom.flatMap { $0 == LayerOrder.applicationsName ? nil : InputSource(argument: $0) }
  }

  func order() throws(ModelFileError) -> LayerOrder? {
    if let file { return try LayerOrder(reading: file) }
    return orderFrom == nil ? nil : .applications
  }
}

extension Backend: ExpressibleByArgument {}
