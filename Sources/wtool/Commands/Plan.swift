import ArgumentParser
import Initialization
import OrderedJSON

/// `wtool plan`: what `init` would write, without writing it.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show every weight of an architecture: path, shape, dtype, initializer, seed, parameters.",
    discussion: """
      Examples:
        wtool plan arch.json
        wtool plan model.keras --json | jq '.totals.parameters'
      """)

  @Argument(help: "The architecture, as for init.")
  var arch: String

  @OptionGroup var seeds: SeedOptions

  @OptionGroup var template: LikeOption

  @OptionGroup var version: VersionOption

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    try StandardInput.checkReadOnce(["the architecture": arch, "--like": template.like])
    let input = try ArchitectureInput(
      arch, .init(like: template.catalog(), kerasVersion: version.kerasVersion))
    let plan = try input.plan(seed: UInt64(seeds.seed ?? 0), backend: seeds.backend)
    let report = PlanReport(plan: plan, hasSeed: seeds.seed != nil)
    try StandardOutput.write(json ? report.json.prettyText() + "\n" : report.text)
  }
}
