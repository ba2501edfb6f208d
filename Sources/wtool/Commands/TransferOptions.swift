import ArgumentParser
import Initialization
import KerasArchitecture
import Tensors
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

  /// What is copied for a plan.
  ///
  /// - Parameters:
  ///   - plan: what would be drawn.
  ///   - arch: the architecture's file.
  /// - Returns: the values that are copied; `nil` if none are asked for.
  /// - Throws: if the file cannot be read, or does not have what must be copied.
  func transfer(to plan: WeightPlan, arch: String) throws(CommandFailure) -> WeightTransfer? {
    guard from != nil || !only.isEmpty else { return nil }
    let file = from ?? arch
    let catalog: WeightCatalog
    do throws(CommandFailure) { catalog = try StoredModel.catalog(file) } catch {
      guard from == nil else { throw error }
      throw CommandFailure(
        "\(arch): --only keeps all other weights, but there are none in this file; --from names one that has them",
        .unusable)
    }
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
