import ArgumentParser
import KerasArchitecture
import OrderedJSON
import Tensors
import WeightFiles

/// `wtool diff`: what differs between two weight files.
struct Diff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Compare the weights of two files: missing, renamed, reshaped, of another type, of other values.",
    discussion: """
      The files may be of different containers if the model's architecture is known: one of the files has it, or --model \
      names it. Exit code 0 if all weights are equal, 1 if not.

      Examples:
        wtool diff a.h5 b.h5
        wtool diff model.keras model.weights.h5 --json
      """)

  @Argument(help: "A weight file, in any container.")
  var a: String

  @Argument(help: "Another one.")
  var b: String

  @OptionGroup var model: ModelOption

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing; the exit code tells.")
  var quiet = false

  func run() async throws {
    try StandardInput.checkReadOnce(["the first file": a, "the second": b, "--model": model.model])
    let (first, second) = (try StoredModel.catalog(a), try StoredModel.catalog(b))
    let pairs = try pairs(first, second)
    let report = try await WeightDifference.compare(first, second, pairs)
    if !quiet {
      try StandardOutput.write(json ? report.json(a, b).prettyText() + "\n" : report.text(a, b))
    }
    guard report.isEqual else { CommandExitCode.findings.exit() }
  }

  /// Which tensor is to be compared with which, under what name.
  private func pairs(
    _ first: WeightCatalog, _ second: WeightCatalog
  ) throws(CommandFailure) -> [WeightDifference.Pair] {
    if model.model == nil, first.tree.form == second.tree.form {
      return WeightDifference.pairs(first.namedTensors(), second.namedTensors(like: first))
    }
    let one = try StoredModel(first, model: model.model)
    let other = try StoredModel(second, model: model.model)
    // The one that knows its architecture lends it to the other.
    guard let architecture = one.architecture ?? other.architecture else {
      throw CommandFailure(
        "\(a) is \(first.container.rawValue) and \(b) is \(second.container.rawValue): the model's architecture is "
          + "needed to compare them; --model names it", .unusable)
    }
    let names = WeightDifference.names(architecture)
    func named(_ stored: StoredModel) throws(CommandFailure) -> [(name: String, index: Int)] {
      var match = stored.match
      do throws(StoredMismatch) {
        if match == nil { match = try StoredMatch(architecture, stored.catalog.tree) }
      } catch {
        throw CommandFailure("\(stored.catalog.name): not of the same model: \(error)", .unusable)
      }
      return names.compactMap { entry in match?.tensors[entry.weight].map { (entry.name, $0.index) } }
    }
    return WeightDifference.pairs(try named(one), try named(other))
  }
}

extension WeightCatalog {
  /// Every tensor of the model by a name that does not depend on who wrote the file.
  ///
  /// - Parameter reference: where it has a layer of the same name with the same shapes, the names are those of that one:
  ///   Keras goes by the order in a layer and numbers its parts differently from one run to the next.
  /// - Returns: names and numbers of tensors.
  fileprivate func namedTensors(like reference: WeightCatalog? = nil) -> [(name: String, index: Int)] {
    guard tree.form == .layerList else {
      return tree.objects.flatMap { object in
        object.tree.tensors.map { ("\(object.path)/\($0.name)", $0.index) }
      }
    }
    let others = reference?.tree.branches.flatMap(\.layers) ?? []
    let known = Dictionary(others.map { ($0.name, $0) }) { first, _ in first }
    return tree.branches.flatMap(\.layers).flatMap { layer in
      let twin = known[layer.name].flatMap {
        $0.tensors.map(\.shape) == layer.tensors.map(\.shape) ? $0 : nil
      }
      return zip(layer.tensors, (twin ?? layer).tensors).map { tensor, named in
        (Self.name(named.name, in: layer.name), tensor.index)
      }
    }
  }

  /// The name below its layer's. Some versions of Keras write more before it, the model or the layer, and some `:0`
  /// after it: `sequential/dense/kernel`, `dense/kernel:0` and `kernel` are one name in the layer `dense`.
  private static func name(_ weight: String, in layer: String) -> String {
    let parts = (weight.hasSuffix(":0") ? String(weight.dropLast(2)) : weight).split(separator: "/")
    let own = parts.firstIndex { $0 == layer }.map { parts[($0 + 1)...] } ?? parts[...]
    return ([layer[...]] + own).joined(separator: "/")
  }
}
