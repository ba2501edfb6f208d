import ArgumentParser
import Initialization
import KerasArchitecture
import ModelFiles
import Text
import WeightAudit
import WeightFiles

/// `wtool init`: an architecture in, a weight file out.
struct Init: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Initialize every weight of an architecture and write a file that Keras loads.",
    discussion: """
      ARCH is what model.to_json() or to_yaml() prints, the short form, an .h5 file with its model_config or \
      a .keras archive; - reads standard input.

      Examples:
        wtool init arch.json -o model.h5 --seed 42
        python make_model.py | wtool init - -o model.h5
        wtool init trained.h5 -o fresh.h5 --seed 7 --force
        wtool init arch.json -o model.h5 --strict --json | jq .parameters
        wtool init new.json -o start.h5 --from pretrained.h5 --seed 1
        wtool init model.h5 -o again.h5 --only 'head*' --seed 2
        wtool init arch.json -o model.h5 --fix
        wtool init arch.json -o model.h5 --set 'conv*.kernel_initializer=he_normal'
      """)

  @Argument(help: "The architecture.")
  var arch: InputSource

  @Option(
    name: .shortAndLong,
    help: "The file to write: .h5, .hdf5, .weights.h5, .keras or .weights.json; - for standard output.")
  var output: OutputDestination

  @OptionGroup var target: OutputOptions

  @OptionGroup var seeds: SeedOptions

  @OptionGroup var order: OrderOption

  @OptionGroup var template: LikeOption

  @OptionGroup var input: InputShapeOption

  @OptionGroup var version: VersionOption

  @OptionGroup var transfer: TransferOptions

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .long, help: "Fail instead of warning about declarations that hinder training.")
  var strict = false

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Change declared initializers that hinder training before drawing.",
      discussion: "As `wtool inspect ARCH --fix` does; the file gets the changed description."))
  var fix = false

  @OptionGroup var calibrating: CalibrationOptions

  @Flag(name: [.long, .customShort("n")], help: "Plan and check everything, but write nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws {
    try target.check(output)
    if calibrating.calibrate, transfer.from != nil || !transfer.only.isEmpty {
      throw ValidationError("--calibrate is about weights that are drawn; --from and --only copy some.")
    }
  }

  func execute() async throws -> ExitStatus {
    let start = ContinuousClock.now
    try StandardInput.checkReadOnce([
      "the architecture": arch, "--like": template.like, "--from": transfer.from,
      "--order-from": order.file,
    ])
    let reader = try reading.reader()
    let kept = try transfer.ownWeights(arch, reader)
    let (input, repair) = try architecture(kept, reader)
    let seed = UInt64(seeds.seed ?? UInt32.random(in: .min ... .max))
    var plan = try input.plan(seed: seed, backend: seeds.backend, order: try order.order())
    let calibration = calibrating.calibration(of: plan)
    if let calibration { plan = calibration.applied(to: plan) }
    let findings = DeclarationAudit(plan).findings.filter { $0.severity > .note }
    if !quiet || strict { warn(of: findings, in: input.name) }
    if strict, !findings.isEmpty {
      return try refuse(InitReport(plan, findings: findings), findings.count, input.name)
    }
    let copied = try transfer.transfer(to: plan, own: kept, reader)
    let like = try template.like.flatMap { $0 == .standardInput ? nil : try reader.catalog($0) }
    var contents = ContainerContents(
      plan, toolVersion: WTool.version, calibration: calibration, like: like ?? kept)
    if let matrix = copied?.unmerged {
      contents = contents.withoutObjects(
        LayoutError(
          "`\(matrix)` is a trained matrix of LoRA, which this format does not store: let Keras merge them "
            + "by saving the model as .keras, or write .h5"))
    }
    let known = Set((copied?.sources ?? [:]).keys)
    if let obstacle = ContainerContents.obstacle(ofStateIn: plan.architecture, known: known, input.name) {
      contents = contents.withoutObjects(obstacle)
    }
    contents.assets = try assets(of: plan.architecture, kept, reader)
    let layout = try target.layout(contents, output, isDryRun: dryRun)
    if !quiet {
      for asset in contents.assets where !layout.memberNames.contains(asset.name) {
        note("left out, as only a .keras archive holds it: \(asset.name)", of: input.name)
      }
      let missing = plan.architecture.notesOfMissingVocabularies(in: layout)
      for line in missing + input.changes + (repair?.notes ?? []) + [calibration?.note].compactMap(\.self) {
        note(line, of: input.name)
      }
      if let shape = plan.architecture.inferredInput {
        note(
          "the shape of its input is taken from the weights: \(shape); --input-shape gives another",
          of: input.name)
      }
      if let copied {
        copied.otherVocabularies.forEach { noteOther("the vocabulary of \"\($0)\"", in: copied.file) }
      }
      for line in GuessReport(plan).lines { StandardError.write("\(input.name.safe): note: \(line)\n") }
    }
    let sources = plan.sources.merging(copied?.sources ?? [:]) { $1 }
    let size = dryRun ? nil : try await target.write(layout, sources, to: output, showsProgress: !quiet)
    if seeds.seed == nil, !quiet {
      StandardError.write("seed \(seed) was drawn; --seed \(seed) repeats this run\n")
    }
    try print(
      InitReport(
        plan, findings: findings, transfer: copied,
        output: size.map { InitReport.Output(output, byteCount: $0) },
        seconds: (ContinuousClock.now - start).seconds))
    return .success
  }

  /// The architecture with the overrides of the options, and how it was mended if that is wanted; `kept` is
  /// its file, if it was read for its weights already.
  private func architecture(
    _ kept: WeightCatalog?, _ reader: FileReader
  ) throws -> (input: ArchitectureInput, repair: ArchitectureRepair?) {
    let overrides = ArchitectureInput.Overrides(
      like: try template.like.map(reader.catalog), fields: try transfer.overrides(),
      inputShapes: try input.shapes(),
      kerasVersion: version.kerasVersion, drawnBackend: seeds.backend)
    if fix {
      var options = ArchitectureRepair.Options()
      options.overrides = overrides
      let document = try kept.map(reader.document(of:)) ?? reader.document(arch)
      let repair = try ArchitectureRepair(arch.name, document, options)
      return (repair.input, repair)
    }
    let input = try kept.map { try ArchitectureInput(of: $0, overrides, reader) }
    return (try input ?? ArchitectureInput(arch, overrides, reader), nil)
  }

  /// What layers keep in files beside their weights: the vocabularies in the archive that the architecture,
  /// or else the weights, come from.
  private func assets(
    of architecture: Architecture, _ kept: WeightCatalog?, _ reader: FileReader
  ) throws -> [FileLayout.Member] {
    var members: [FileLayout.Member] = []
    for source in [arch, transfer.from, template.like].compactMap(\.self) {
      var catalog = source == arch ? kept : nil
      if catalog == nil, source != .standardInput, case .weights(let read)? = try? reader.contents(source) {
        catalog = read
      }
      guard let catalog else { continue }
      for asset in try catalog.members(architecture.keptAssets(of: catalog)) {
        guard let first = members.first(where: { $0.name == asset.name }) else {
          members.append(asset)
          continue
        }
        if first.bytes != asset.bytes, !quiet { noteOther(asset.name, in: source.name) }
      }
    }
    return members
  }

  private func note(_ text: String, of name: String) {
    StandardError.write("\(name): note: \(text)".safe + "\n")
  }

  /// Says that weights come with another vocabulary than the model has.
  private func noteOther(_ vocabulary: String, in name: String) {
    note(
      "\(vocabulary) is another one than in \(arch.name), whose is kept: what was learned of a token may "
        + "go to another one", of: name)
  }

  private func warn(of findings: [Finding], in name: String) {
    for finding in findings {
      let text =
        "\(name): warning: \(finding.rule.id) \(finding.rule.name): "
        + (finding.layer.isEmpty ? "" : "\"\(finding.layer)\": ")
        + "\(finding.message); \(RemedyText(finding.remedy))"
      StandardError.write(text.safe + "\n")
    }
  }

  private func refuse(_ report: InitReport, _ count: Int, _ name: String) throws -> ExitStatus {
    if json { try StandardOutput.write(report.json) }
    StandardError.write(
      "\(name.safe): \(NumberText.counted(count, "warning")); nothing was written because of --strict\n")
    return .findings
  }

  private func print(_ report: InitReport) throws {
    if json, output != .standardOutput {
      try StandardOutput.write(report.json)
    } else if !quiet {
      if output == .standardOutput {
        StandardError.write(report.text)
      } else {
        try StandardOutput.write(report.text)
      }
    }
  }
}
