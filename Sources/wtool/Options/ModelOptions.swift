import ArgumentParser
import Failures
import KerasArchitecture
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

/// Shapes of inputs that an architecture does not tell.
struct InputShapeOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The shape of an input, without the batch's size, for an architecture that does not say it.",
      discussion:
        "None leaves a size open. With several inputs, each needs its name: --input-shape image=32,32,3. "
        + "Where a weight file is given, too, its weights usually tell the shape.",
      valueName: "shape"))
  var inputShape: [String] = []

  func shapes() throws(UsageError) -> [InputShape] {
    do throws(ConfigOverrideError) {
      var shapes: [InputShape] = []
      for text in inputShape { shapes.append(try InputShape(text)) }
      return shapes
    } catch {
      throw UsageError("--input-shape", error.description)
    }
  }
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

  @OptionGroup var input: InputShapeOption

  func inputShapes() throws(UsageError) -> [InputShape] { try input.shapes() }
}

extension InputSource: ExpressibleByArgument {}

extension OutputDestination: ExpressibleByArgument {}
