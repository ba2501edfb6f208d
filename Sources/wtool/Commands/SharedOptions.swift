import ArgumentParser
import RandomStreams
import WeightFiles

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

/// What is written, and as what.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: "The file to write: .h5, .hdf5, .weights.h5, .keras or .weights.json; - for standard output.")
  var output: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The format, if the name does not tell it: \(LayoutCatalog.all.map { $0.name }.joined(separator: ", ")).",
      discussion: "h5 is a whole model, h5-weights its weights alone in the same form.", valueName: "format"))
  var format: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The most that a file of sharded weights may hold.", discussion: "As in Keras; 10 by default.",
      valueName: "GB"))
  var maxShardSize: Double?

  @Flag(name: .long, help: "Replace the output if it exists.")
  var force = false

  func validate() throws {
    if let maxShardSize {
      guard maxShardSize > 0, maxShardSize < 1e9 else {
        throw ValidationError("--max-shard-size must be a positive number of gigabytes.")
      }
      guard layoutFormat is ShardedLayout.Type else {
        throw ValidationError("--max-shard-size is for an output whose name ends in .weights.json.")
      }
    }
    guard layoutFormat != nil else {
      let names = LayoutCatalog.all.map { $0.name }.joined(separator: ", ")
      throw ValidationError(
        format.map { "There is no format '\($0)'; there are \(names)." }
          ?? "The output's name must end in .weights.h5, .h5, .hdf5, .keras or .weights.json, or --format must tell: '\(output)'."
      )
    }
  }

  private var layoutFormat: (any ContainerFormat.Type)? {
    guard let format else { return output == "-" ? LegacyH5Layout.self : LayoutCatalog.format(for: output) }
    return LayoutCatalog.all.first { $0.name == format }
  }

  /// The form of the container, checked before any work.
  func layout(_ contents: ContainerContents, isDryRun: Bool = false) throws(CommandFailure) -> ContainerLayout
  {
    let name = output.split(separator: "/").last.map(String.init) ?? output
    let limit = maxShardSize.map { Int($0 * Double(1 << 30)) }
    let options =
      limit.map { LayoutOptions(fileName: name, shardByteLimit: $0) } ?? LayoutOptions(fileName: name)
    let layout: ContainerLayout
    do throws(LayoutError) {
      layout = try (layoutFormat ?? LegacyH5Layout.self).layout(of: contents, options)
    } catch {
      throw CommandFailure("\(output): \(error)", .unusable)
    }
    if output == "-" { return layout }
    do throws(WeightFileError) {
      try ContainerWriter.checkDestination(layout, output, replaces: force || isDryRun)
    } catch {
      throw CommandFailure(error.description, .unusable)
    }
    return layout
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
}

extension Backend: ExpressibleByArgument {}
