import ArgumentParser
import Tensors
import WeightFiles

/// As what a container is written, and how.
struct TargetOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The format, if the output's name does not tell it: \(Self.formatNames).",
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

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The number of workers; no effect on the result.", valueName: "n"))
  var threads: Int?

  private static var formatNames: String { LayoutCatalog.all.map { $0.name }.joined(separator: ", ") }

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
    if let maxShardSize {
      guard maxShardSize > 0, maxShardSize < 1e9 else {
        throw ValidationError("--max-shard-size must be a positive number of gigabytes.")
      }
    }
  }

  /// Whether the output's name and the options go together.
  func check(_ output: String) throws {
    guard let chosen = layoutFormat(output) else {
      throw ValidationError(
        format.map { "There is no format '\($0)'; there are \(Self.formatNames)." }
          ?? "The output's name must end in .h5, .hdf5, .weights.h5, .keras or .weights.json, or --format must tell: "
          + "'\(output)'.")
    }
    guard maxShardSize == nil || chosen is ShardedLayout.Type else {
      throw ValidationError("--max-shard-size is for an output whose name ends in .weights.json.")
    }
  }

  private func layoutFormat(_ output: String) -> (any ContainerFormat.Type)? {
    guard let format else { return output == "-" ? LegacyH5Layout.self : LayoutCatalog.format(for: output) }
    return LayoutCatalog.all.first { $0.name == format }
  }

  /// The form of the container, checked before any work.
  func layout(
    _ contents: ContainerContents, _ output: String, isDryRun: Bool = false
  ) throws(CommandFailure) -> ContainerLayout {
    let name = output.split(separator: "/").last.map(String.init) ?? output
    let limit = maxShardSize.map { Int($0 * Double(1 << 30)) }
    let options =
      limit.map { LayoutOptions(fileName: name, shardByteLimit: $0) } ?? LayoutOptions(fileName: name)
    let layout: ContainerLayout
    do throws(LayoutError) {
      layout = try (layoutFormat(output) ?? LegacyH5Layout.self).layout(of: contents, options)
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

  /// Writes the container; returns its size in bytes.
  func write(
    _ layout: ContainerLayout, _ sources: [Int: TensorSource], to output: String, showsProgress: Bool
  ) async throws(CommandFailure) -> Int64 {
    let progress = ProgressLine(
      total: layout.datasets.reduce(0) { $0 + $1.spec.byteCount },
      isEnabled: showsProgress && Terminal.isStandardErrorTerminal)
    defer { progress.finish() }
    let writer = ContainerWriter(workers: threads ?? Terminal.processorCount) { progress.update($0) }
    do throws(WeightFileError) {
      return output == "-"
        ? try await writer.writeToStandardOutput(layout, sources: sources)
        : try await writer.write(layout, sources: sources, to: output, replaces: force)
    } catch {
      progress.finish()
      throw CommandFailure(error.description, .unusable)
    }
  }
}
