import ArgumentParser
import Initialization
import KerasArchitecture
import Tensors
import Text
import WeightFiles

/// Which weights are not drawn but copied, and what is changed in the architecture before.
struct TransferOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A weight file, in any container, from which weights are copied that match by layer name and shape.",
      valueName: "file"))
  var from: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Draw the weights of these layers only, or these weights (layer/weight); copy all others from --from, or from ARCH.",
      valueName: "glob"))
  var only: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Change a field of layers before reading: 'conv*.kernel_initializer=he_normal'.",
      valueName: "glob.field=value"))
  var set: [String] = []

  func overrides() throws(CommandFailure) -> [ConfigOverride] {
    do throws(ConfigOverrideError) {
      var overrides: [ConfigOverride] = []
      for text in set { overrides.append(try ConfigOverride(text)) }
      return overrides
    } catch {
      throw CommandFailure("--set: \(error)", .usage)
    }
  }

  /// The weights beside the architecture, if they are what is kept.
  ///
  /// - Parameter arch: the architecture's file, which is then read this once.
  /// - Returns: `nil` if nothing is kept, or another file has it.
  /// - Throws: if there are none.
  func ownWeights(_ arch: String) throws(CommandFailure) -> WeightCatalog? {
    guard from == nil, !only.isEmpty else { return nil }
    do throws(CommandFailure) { return try StoredModel.catalog(arch) } catch {
      let name = arch == "-" ? "standard input" : arch
      throw CommandFailure(
        "\(name): --only keeps all other weights, but there are none in this file; --from names one that has them",
        .unusable)
    }
  }

  /// What is copied for a plan.
  ///
  /// - Parameters:
  ///   - plan: what would be drawn.
  ///   - own: what `ownWeights` found.
  /// - Returns: the values that are copied; `nil` if none are asked for.
  /// - Throws: if the file cannot be read, or does not have what must be copied.
  func transfer(to plan: WeightPlan, own: WeightCatalog?) throws(CommandFailure) -> WeightTransfer? {
    let named: WeightCatalog? = if let from { try StoredModel.catalog(from) } else { nil }
    guard let catalog = named ?? own else { return nil }
    let file = catalog.name
    let available = StoredMatch.transferable(to: plan.architecture, from: catalog.tree)
    let names = WeightDifference.names(plan.architecture)
    var drawn: Set<Int> = []
    if !only.isEmpty {
      for glob in only {
        let matching = names.filter { entry in
          let parts = entry.name.split(separator: "/").dropLast().map(String.init)
          return Glob.matches(entry.name, glob) || parts.contains { Glob.matches($0, glob) }
        }
        guard !matching.isEmpty else {
          throw CommandFailure("--only: no layer or weight is called \(glob)", .usage)
        }
        drawn.formUnion(matching.map(\.weight))
      }
      if let missing = names.first(where: { !drawn.contains($0.weight) && available[$0.weight] == nil }) {
        throw CommandFailure(
          "\(file): there is no weight for \(missing.name), which --only leaves as it is", .unusable)
      }
    }
    let copied = available.filter { !drawn.contains($0.key) }
    return WeightTransfer(
      file: file, sources: copied.mapValues { catalog.source(ofTensor: $0.index) }, names: names)
  }
}

/// Weights that are copied from another file.
struct WeightTransfer {
  let file: String
  /// By the number of the weight.
  let sources: [Int: TensorSource]
  fileprivate let names: [(name: String, weight: Int)]

  fileprivate init(file: String, sources: [Int: TensorSource], names: [(name: String, weight: Int)]) {
    self.file = file
    self.sources = sources
    self.names = names
  }

  /// What is drawn anew.
  var drawn: [String] { names.filter { sources[$0.weight] == nil }.map(\.name) }

  var copied: [String] { names.filter { sources[$0.weight] != nil }.map(\.name) }
}
