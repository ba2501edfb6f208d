import ArgumentParser
import Failures
import Initialization
import KerasArchitecture
import ModelFiles
import WeightFiles

/// What happens to kernels behind a `Flatten` whose model has its channels in another place.
struct FlattenOption: ParsableArguments {
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Reorder the rows of layers behind a Flatten where the file's model has its channels first and the "
        + "other one has them last, or the other way round."))
  var flattenOrder = false
}

/// Which weights are copied rather than drawn, and what is changed in the architecture before.
struct TransferOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A weight file, in any container, from which weights are copied: those of the same place in the model "
        + "and the same shape. Layers go by name; those that Keras named, by class and order.",
      valueName: "file"))
  var from: InputSource?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What a layer of --from is called in the model: 'encoder/*=backbone/*'.", valueName: "old=new"))
  var rename: [String] = []

  @OptionGroup var flattening: FlattenOption

  @Flag(name: .long, help: "Draw everything if --from has nothing that matches, which is an error otherwise.")
  var allowNone = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Draw only the weights of these layers, or these weights (layer/weight); copy all others from --from, "
        + "or from ARCH.",
      discussion:
        "Names or, after class:, classes, with wildcards and commas; ! leaves out: 'class:Dense,!head'.",
      valueName: "glob"))
  var only: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Change a field of layers before reading: 'conv*.kernel_initializer=he_normal'.",
      discussion: "Layers as for --only: 'class:Conv2D,!stem.kernel_initializer=he_normal'.",
      valueName: "glob.field=value"))
  var set: [String] = []

  func validate() throws {
    for text in rename where LayerRename(text) == nil {
      throw ValidationError(
        "--rename expects OLD=NEW, each the path of a layer with at most one *, not '\(text)'.")
    }
    if from == nil, !rename.isEmpty || allowNone || flattening.flattenOrder {
      throw ValidationError(
        "--rename, --allow-none and --flatten-order are about --from, which is not given.")
    }
  }

  private var renames: [LayerRename] { rename.compactMap(LayerRename.init) }

  func overrides() throws(UsageError) -> [ConfigOverride] {
    do throws(ConfigOverrideError) {
      var overrides: [ConfigOverride] = []
      for text in set { overrides.append(try ConfigOverride(text)) }
      return overrides
    } catch {
      throw UsageError("--set", error.description)
    }
  }

  /// The weights beside the architecture, if they are what is kept.
  ///
  /// - Parameters:
  ///   - arch: the architecture's file, which is then read this once.
  ///   - reader: opens the file.
  /// - Returns: `nil` if nothing is kept, or another file has it.
  /// - Throws: if the file has no weights.
  func ownWeights(_ arch: InputSource, _ reader: FileReader) throws(ModelFileError) -> WeightCatalog? {
    guard from == nil, !only.isEmpty else { return nil }
    do throws(ModelFileError) { return try reader.catalog(arch) } catch {
      throw ModelFileError(
        .mismatch, in: arch.name,
        "--only keeps all other weights, but this file has none; pass --from FILE to take them from another",
        cause: error)
    }
  }

  /// What is copied for a plan.
  ///
  /// - Parameters:
  ///   - plan: what would be drawn.
  ///   - own: what `ownWeights` returned.
  ///   - reader: opens the file.
  /// - Returns: `nil` if nothing is to be copied.
  /// - Throws: if the file cannot be read, or has not what must be copied.
  func transfer(
    to plan: WeightPlan, own: WeightCatalog?, _ reader: FileReader
  ) throws(ModelFileError) -> WeightTransfer? {
    let named: WeightCatalog? = if let from { try reader.catalog(from) } else { nil }
    guard let catalog = named ?? own else { return nil }
    var options = WeightTransfer.Options()
    options.drawing = WeightSelection(only)
    options.renames = renames
    options.allowsNone = allowNone
    options.ordersRows = flattening.flattenOrder
    let stored = try StoredModel(catalog, model: nil, allowsMismatch: true, reader)
    return try WeightTransfer(to: plan, from: stored, options)
  }
}
