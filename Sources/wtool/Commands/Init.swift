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
        wtool init new.json -o start.h5 --from pretrained.h5 --seed 1
        wtool init model.h5 -o again.h5 --only 'head*' --seed 2
        wtool init arch.json -o model.h5 --set 'conv*.kernel_initializer=he_normal'
      """)

  @Argument(help: "The architecture.")
  var arch: String

  @Option(
    name: .shortAndLong,
    help: "The file to write: .h5, .hdf5, .weights.h5, .keras or .weights.json; - for standard output.")
  var output: String

  @OptionGroup var target: TargetOptions

  @OptionGroup var seeds: SeedOptions

  @OptionGroup var template: LikeOption

  @OptionGroup var version: VersionOption

  @OptionGroup var transfer: TransferOptions

  @Flag(name: .long, help: "Stop instead of warning of declarations that hinder training.")
  var strict = false

  @Flag(name: [.long, .customShort("n")], help: "Plan and check everything, write nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws { try target.check(output) }

  func run() async throws {
    let start = ContinuousClock.now
    try StandardInput.checkReadOnce([
      "the architecture": arch, "--like": template.like, "--from": transfer.from,
    ])
    let kept = try transfer.ownWeights(arch)
    let input = try architecture(kept)
    let seed = UInt64(seeds.seed ?? UInt32.random(in: .min ... .max))
    let plan = try input.plan(seed: seed, backend: seeds.backend)
    let findings = RuleCatalog.findings(in: DeclaredModel(plan)).filter { $0.severity > .note }
    if !quiet || strict { report(findings, input.name) }
    guard !strict || findings.isEmpty else {
      let refused = InitSummary(
        plan: plan, findings: findings, output: nil, byteCount: nil, seconds: 0, transfer: nil)
      if json { try StandardOutput.write(refused.json.prettyText() + "\n") }
      throw CommandFailure(
        "\(input.name): \(findings.count) of its declarations are warned of; nothing was written",
        .findings)
    }
    let layout = try target.layout(ContainerContents(plan), output, isDryRun: dryRun)
    if !quiet { GuessReport(plan).lines.forEach { StandardError.write("\(input.name): note: \($0)\n") } }
    let copied = try transfer.transfer(to: plan, own: kept)
    let sources = plan.sources.merging(copied?.sources ?? [:]) { $1 }
    let byteCount =
      dryRun ? nil : try await target.write(layout, sources, to: output, showsProgress: !quiet)
    if seeds.seed == nil, !quiet {
      StandardError.write("seed \(seed) was drawn; --seed \(seed) repeats this run\n")
    }
    let summary = InitSummary(
      plan: plan, findings: findings, output: dryRun ? nil : output, byteCount: byteCount,
      seconds: (ContinuousClock.now - start).seconds, transfer: copied)
    try print(summary)
  }

  /// The architecture, with what the options change in it; `kept` is its file, if it was read for its weights already.
  private func architecture(_ kept: WeightCatalog?) throws(CommandFailure) -> ArchitectureInput {
    let changes = ArchitectureInput.Changes(
      like: try template.catalog(), overrides: try transfer.overrides(), kerasVersion: version.kerasVersion)
    return if let kept { try ArchitectureInput(of: kept, changes) } else {
      try ArchitectureInput(arch, changes)
    }
  }

  private func report(_ findings: [Finding], _ name: String) {
    for finding in findings {
      StandardError.write(
        "\(name): warning: \(finding.rule.id) \(finding.rule.name): \"\(finding.layer)\": \(finding.message); "
          + "\(finding.remedy)\n")
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
