import ArgumentParser
import Initialization
import KerasArchitecture
import OrderedJSON
import WeightAudit
import WeightFiles

/// `wtool init`: an architecture in, a weight file out.
struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Initialise every weight of an architecture and write a file that Keras loads.",
    discussion: """
      ARCH is what model.to_json() prints, the short form, an .h5 file with its model_config or a .keras \
      archive; - reads standard input.

      Examples:
        wtool init arch.json -o model.h5 --seed 42
        python make_model.py | wtool init - -o model.h5
        wtool init trained.h5 -o fresh.h5 --seed 7 --force
        wtool init arch.json -o model.h5 --strict --json | jq .parameters
      """)

  @Argument(help: "The architecture.")
  var arch: String

  @OptionGroup var target: OutputOptions

  @OptionGroup var seeds: SeedOptions

  @OptionGroup var template: LikeOption

  @Flag(name: .long, help: "Stop instead of warning of declarations that hinder training.")
  var strict = false

  @Flag(name: [.long, .customShort("n")], help: "Plan and check everything, write nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The number of workers; no effect on the result.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
  }

  private var output: String { target.output }

  func run() async throws {
    let start = ContinuousClock.now
    let input = try ArchitectureInput(arch, like: template.like)
    let seed = UInt64(seeds.seed ?? UInt32.random(in: .min ... .max))
    let plan = try input.plan(seed: seed, backend: seeds.backend)
    let findings = RuleCatalog.findings(in: DeclaredModel(plan))
    if !quiet || strict { report(findings, input.name) }
    if !quiet { GuessReport(plan).lines.forEach { StandardError.write("\(input.name): note: \($0)\n") } }
    guard !strict || findings.isEmpty else {
      let refused = InitSummary(plan: plan, findings: findings, output: nil, byteCount: nil, seconds: 0)
      if json { try StandardOutput.write(refused.json.prettyText() + "\n") }
      throw CommandFailure(
        "\(input.name): \(findings.count) of its declarations are warned of; nothing was written",
        .findings)
    }
    let layout = try target.layout(ContainerContents(plan), isDryRun: dryRun)
    let byteCount = dryRun ? nil : try await write(layout, plan)
    if seeds.seed == nil, !quiet {
      StandardError.write("seed \(seed) was drawn; --seed \(seed) repeats this run\n")
    }
    let summary = InitSummary(
      plan: plan, findings: findings, output: dryRun ? nil : output, byteCount: byteCount,
      seconds: (ContinuousClock.now - start).seconds)
    try print(summary)
  }

  private func report(_ findings: [Finding], _ name: String) {
    for finding in findings {
      StandardError.write(
        "\(name): warning: \(finding.rule.id) \(finding.rule.name): \"\(finding.layer)\": \(finding.message); "
          + "\(finding.remedy)\n")
    }
  }

  private func write(_ layout: ContainerLayout, _ plan: WeightPlan) async throws -> Int64 {
    let progress = ProgressLine(
      total: plan.byteCount, isEnabled: !quiet && Terminal.isStandardErrorTerminal)
    defer { progress.finish() }
    let writer = ContainerWriter(workers: threads ?? Terminal.processorCount) { progress.update($0) }
    do throws(WeightFileError) {
      return output == "-"
        ? try await writer.writeToStandardOutput(layout, sources: plan.sources)
        : try await writer.write(layout, sources: plan.sources, to: output, replaces: target.force)
    } catch {
      progress.finish()
      throw CommandFailure(error.description, .unusable)
    }
  }

  private func print(_ summary: InitSummary) throws {
    if json, output != "-" {
      try StandardOutput.write(summary.json.prettyText() + "\n")
    } else if !quiet {
      if output == "-" { StandardError.write(summary.text) } else { try StandardOutput.write(summary.text) }
    }
  }
}
