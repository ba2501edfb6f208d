import ArgumentParser
import ModelFiles
import WeightFiles

/// `wtool plan`: what `init` would write, without writing it.
struct Plan: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show every weight of an architecture: path, shape, dtype, initializer, seed, parameters.",
    discussion: """
      Examples:
        wtool plan arch.json
        wtool plan model.keras --json | jq '.totals.parameters'
      """)

  @Argument(help: "The architecture, as for init; - for standard input.")
  var arch: InputSource

  @OptionGroup var seeds: SeedOptions

  @OptionGroup var order: OrderOption

  @OptionGroup var template: LikeOption

  @OptionGroup var input: InputShapeOption

  @OptionGroup var version: VersionOption

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func execute() async throws -> ExitStatus {
    try StandardInput.checkReadOnce([
      "the architecture": arch, "--like": template.like, "--order-from": order.file,
    ])
    let reader = try reading.reader()
    let overrides = ArchitectureInput.Overrides(
      like: try template.like.map(reader.catalog), inputShapes: try input.shapes(),
      kerasVersion: version.kerasVersion,
      drawnBackend: seeds.backend)
    let plan = try ArchitectureInput(arch, overrides, reader)
      .plan(seed: UInt64(seeds.seed ?? 0), backend: seeds.backend, order: try order.order())
    let report = PlanReport(plan, hasSeed: seeds.seed != nil)
    if json {
      try StandardOutput.write(report.json)
    } else {
      try StandardOutput.write(report.text(width: Terminal.tableWidth))
    }
    return .success
  }
}
