import ArgumentParser
import Failures
import KerasArchitecture
import ModelFiles
import OrderedJSON
import Text
import WeightFiles

/// `wtool convert`: the same weights in another container, and old models in Keras 3.
struct Convert: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put the weights of a file into another container, and models of Keras 1 and 2 into Keras 3.",
    discussion: """
      Converting between .h5 and the formats of Keras 3 needs the model's architecture: the one stored in \
      the file, or --model. Weights stay as they are, bit for bit.

      A model of Keras 1 or 2 that goes into a .keras, .weights.h5 or sharded file becomes one of Keras 3 \
      that predicts the same: its description is translated, and weights are rearranged where Keras 3 stores \
      them otherwise. What that changes is said; what Keras 3 cannot do is refused, every cause on a line. \
      --upgrade does so for an .h5 too, and --no-upgrade leaves the model to the Keras that wrote it.

      Examples:
        wtool convert old.h5 new.keras
        wtool convert old.h5 new.keras --keep-training
        wtool convert model.h5 model.weights.h5
        wtool convert model.keras model.h5
        wtool convert weights.h5 new.keras --model arch.json
        wtool convert model.weights.h5 model.weights.json --max-shard-size 2
      """)

  @Argument(help: "The weight file, in any container; - for standard input.")
  var input: InputSource

  @Argument(help: "The file to write, in any container; - for standard output.")
  var output: OutputDestination

  @OptionGroup var model: ModelOption

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Whether a model of Keras 1 or 2 becomes one of Keras 3; it does unless the output is an .h5."
    ))
  var upgrade: Bool?

  @OptionGroup var upgrading: UpgradeOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The backend that a file of Keras 1 or 2 comes from, where it does not say so.",
      discussion: "Theano goes through the kernels of convolutions backwards.",
      valueName: "tensorflow|theano|cntk"))
  var sourceBackend: String?

  @OptionGroup var flattening: FlattenOption

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Keep how the model was compiled: optimizer, losses and metrics, in the words of the Keras that is to "
        + "load the file.",
      discussion: "Whole-model .h5 files and .keras archives say it. The state of the optimizer is left out.")
  )
  var keepTraining = false

  @OptionGroup var target: OutputOptions

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .long, help: "Print JSON: what was written, changed and left out.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if let sourceBackend, !["tensorflow", "theano", "cntk"].contains(sourceBackend) {
      throw ValidationError("--source-backend is tensorflow, theano or cntk, not '\(sourceBackend)'.")
    }
    try target.check(output)
    if flattening.flattenOrder, model.model == nil {
      throw ValidationError("--flatten-order is about --model, which is not given.")
    }
    if json, output == .standardOutput {
      throw ValidationError("--json prints to standard output, which the file goes to.")
    }
  }

  func execute() async throws -> ExitStatus {
    try StandardInput.checkReadOnce(["the weight file": input, "--model": model.model])
    let reader = try reading.reader()
    let catalog = try reader.catalog(input)
    var stored = try StoredModel(
      catalog, model: model.model, inputShapes: try model.inputShapes(), backend: sourceBackend,
      converts: true, ordersRows: flattening.flattenOrder, reader)
    let hadTraining = stored.hasTraining
    var training = keepTraining ? try stored.training(reader) : nil
    let upgrade = try upgraded(&stored, &training)
    if !target.isLegacy(output) { stored = stored.mergingLoRA() }
    let layout = try self.layout(stored, training)
    let size = try await target.write(layout, stored.sources, to: output, showsProgress: !quiet)
    let report = ConvertReport(
      of: catalog, layout, to: output, byteCount: size,
      losesTraining: hadTraining && !target.holdsTraining(stored, training, output),
      state: stored.stateLeftOut(by: layout))
    if json {
      let missing = stored.architecture?.layersWithoutVocabulary(in: layout) ?? []
      try StandardOutput.write(report.json(upgrade, withoutVocabulary: missing))
      return .success
    }
    guard !quiet else { return .success }
    if let shape = stored.architecture?.inferredInput {
      note(
        "the shape of its input is taken from the weights: \(shape); --input-shape gives another", of: catalog
      )
    }
    for line in stored.architecture?.notesOfMissingVocabularies(in: layout) ?? [] { note(line, of: catalog) }
    if keepTraining, !hadTraining { note("it does not say how the model was compiled", of: catalog) }
    (upgrade?.notes ?? []).forEach(StandardError.write)
    if let note = report.note(ofMerged: stored.mergedLayers) { StandardError.write(note) }
    report.notes.forEach(StandardError.write)
    if output == .standardOutput {
      StandardError.write(report.text)
    } else {
      try StandardOutput.write(report.text)
    }
    return .success
  }

  /// Puts a model of an older Keras into Keras 3's form, if that is wanted, and how it was compiled too.
  ///
  /// - Returns: what that changes; `nil` if nothing was to be done.
  /// - Throws: if Keras 3 has no equal model.
  private func upgraded(
    _ stored: inout StoredModel, _ training: inout JSONObject?
  ) throws(ModelFileError) -> UpgradeReport? {
    let old = stored.architecture?.generation ?? .keras3
    let outputs = stored.architecture?.outputNames ?? []
    let isForArchive = !target.isLegacy(output)
    let translated = training.map {
      TrainingUpgrade(.object($0), of: old, outputs: outputs, isForArchive: isForArchive)
    }
    guard upgrade ?? !target.isLegacy(output), var result = try stored.upgraded(upgrading.options) else {
      // The formats of Keras 3 write the same objects in two ways.
      if old.isKeras3, let translated {
        training = translated.config
        if !quiet { translated.changes.forEach { note($0.reason, of: stored.catalog) } }
      }
      return nil
    }
    if let translated { result.upgrade.add(translated) }
    let report = UpgradeReport(result.upgrade, of: stored.catalog.name, old)
    try upgrading.check(report)
    training = translated?.config
    if let model = result.model { stored = model }
    return report
  }

  private func note(_ reason: String, of catalog: WeightCatalog) {
    StandardError.write("\(catalog.name): note: \(reason)".safe + "\n")
  }

  /// The form of the result; without an architecture, an error also says why there is none.
  private func layout(_ stored: StoredModel, _ training: JSONObject?) throws -> ContainerLayout {
    var contents = stored.contents
    contents.training = training
    contents.assets = try stored.catalog.members(stored.keptAssets)
    do { return try target.layout(contents, output) } catch let error as ModelFileError
      where stored.architecture == nil && (error.cause as? LayoutError)?.needsArchitecture == true
    {
      var reason = error.reason
      if stored.catalog.hasArchitecture, let unusable = stored.unusableArchitecture {
        reason += "; the architecture stored in the file cannot be used: \(unusable)"
      }
      throw ModelFileError(error.kind, in: error.place, "\(reason); pass --model ARCH", cause: error)
    }
  }
}
