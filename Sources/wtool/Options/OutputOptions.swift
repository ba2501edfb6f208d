import ArgumentParser
import Failures
import KerasArchitecture
import ModelFiles
import OrderedJSON
import Tensors
import WeightFiles

/// The format of a container that is written, and how it is written.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The output format; defaults to the one of the output's name: \(Self.formatNames).",
      discussion: "h5 is a whole model, h5-weights its weights alone in the same form.", valueName: "format"))
  var format: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The maximum size of a file of sharded weights.", discussion: "As in Keras; 10 by default.",
      valueName: "GB"))
  var maxShardSize: Double?

  @Flag(name: .long, help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var workers: WorkerOption

  init() {}

  /// A format by the output's name.
  init(force: Bool, workers: WorkerOption) {
    (format, maxShardSize) = (nil, nil)
    self.force = force
    self.workers = workers
  }

  private static var formatNames: String { LayoutCatalog.all.map { $0.name }.joined(separator: ", ") }

  func validate() throws {
    if let maxShardSize {
      guard maxShardSize > 0, maxShardSize < 1e9 else {
        throw ValidationError("--max-shard-size must be a positive number of gigabytes.")
      }
    }
  }

  /// Refuses an output whose name and options do not go together.
  func check(_ output: OutputDestination) throws {
    guard let chosen = containerFormat(output) else {
      throw ValidationError(
        format.map { "There is no format '\($0)'; the formats are \(Self.formatNames)." }
          ?? "The output's name must end in .h5, .hdf5, .weights.h5, .keras or .weights.json, or pass "
          + "--format; found '\(output.name)'.")
    }
    guard maxShardSize == nil || chosen is ShardedLayout.Type else {
      throw ValidationError("--max-shard-size is for an output whose name ends in .weights.json.")
    }
  }

  /// Whether the output has the form that Keras 1 and 2 read as well.
  func isLegacy(_ output: OutputDestination) -> Bool {
    let format = containerFormat(output) ?? LegacyH5Layout.self
    return format is LegacyH5Layout.Type || format is LegacyWeightsH5Layout.Type
  }

  /// Whether the output says how its model was compiled.
  ///
  /// - Parameters:
  ///   - stored: the model; the description of an archive may say it already.
  ///   - training: what is to be said.
  ///   - output: the file that is written.
  /// - Returns: `false` if that is lost.
  func holdsTraining(_ stored: StoredModel, _ training: JSONObject?, _ output: OutputDestination) -> Bool {
    let format = containerFormat(output) ?? LegacyH5Layout.self
    if format is KerasArchiveLayout.Type {
      return training != nil || stored.architecture?.compileConfig != nil
    }
    return training != nil && format is LegacyH5Layout.Type
  }

  private func containerFormat(_ output: OutputDestination) -> (any ContainerFormat.Type)? {
    if let format { return LayoutCatalog.all.first { $0.name == format } }
    return switch output {
    case .standardOutput: LegacyH5Layout.self
    case .path(let path): LayoutCatalog.format(for: path)
    }
  }

  /// The form of the container, checked before any work.
  func layout(
    _ contents: ContainerContents, _ output: OutputDestination, isDryRun: Bool = false
  ) throws -> ContainerLayout {
    if output == .standardOutput, Terminal.isStandardOutputTerminal, !isDryRun {
      throw UsageError(
        "standard output", "it is a terminal, and the file is binary; redirect it, or name a file")
    }
    if !isDryRun { ContainerWriter.removeLeftovers(beside: output) }
    var layout = try layout(contents, output, generation: 0)
    // Shards that an index names stay as they are until another one has its place.
    if force || isDryRun {
      var generation = 1
      while try !ContainerWriter.hasFreeNames(layout, output) {
        layout = try self.layout(contents, output, generation: generation)
        generation += 1
      }
    }
    try ContainerWriter.checkDestination(layout, output, replaces: force || isDryRun)
    return layout
  }

  private func layout(
    _ contents: ContainerContents, _ output: OutputDestination, generation: Int
  ) throws -> ContainerLayout {
    let name = output.name.split(separator: "/").last.map(String.init) ?? output.name
    let bytes = maxShardSize.map { Int($0 * Double(1 << 30)) } ?? LayoutOptions.usualShardByteLimit
    let options = LayoutOptions(fileName: name, shardByteLimit: bytes, generation: generation)
    do throws(LayoutError) {
      return try (containerFormat(output) ?? LegacyH5Layout.self).layout(of: contents, options)
    } catch {
      throw ModelFileError(error, in: output.name)
    }
  }

  /// Writes the container; returns its size in bytes.
  func write(
    _ layout: ContainerLayout, _ sources: [Int: TensorSource], to output: OutputDestination,
    showsProgress: Bool
  ) async throws -> Int64 {
    let progress = ProgressLine(isEnabled: showsProgress && Terminal.isStandardErrorTerminal)
    defer { progress.finish() }
    let total = layout.datasets.map(\.spec.byteCount).saturatingSum
    let writer = ContainerWriter(workers: workers.count) {
      progress.update($0, of: total)
    } notice: {
      progress.finish()
      StandardError.write(difference: $0, of: output.name)
    }
    return try await writer.write(layout, sources: sources, to: output, replaces: force)
  }
}

/// The number of threads.
struct WorkerOption: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The number of threads; no effect on the result.", valueName: "n"))
  var threads: Int?

  /// As many as there are processors, unless the option says otherwise.
  var count: Int { threads ?? Terminal.processorCount }

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
  }
}
