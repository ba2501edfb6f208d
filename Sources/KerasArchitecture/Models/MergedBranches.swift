import OrderedJSON
import SignalGraph

/// `Merge` at the head of a Keras 1 Sequential: models side by side, whose outputs become one.
///
/// In files the branches' layers stand beside those of the Sequential, and `Merge` itself does not occur.
struct MergedBranches: LayerKind {
  static let className = "Merge"
  static let classNames: [String] = []
  static let keras1ClassNames = [className]

  private let branches: [Layer]
  private let merge: Layer
  let modelForm: ModelForm? = .branches

  init(_ config: LayerConfig) throws(ArchitectureError) {
    branches = try config.layers("layers")
    let name = config["merge"]?.stringValue ?? "Add"
    guard branches.count > 1, let kind = LayerCatalog.kind(name, of: config.generation) else {
      throw config.error("layers", expected: "two models or more")
    }
    merge = try config.ownedLayer(kind, className: name, config.object, name: config.place.name)
  }

  var defaultInputs: [PartialShape] {
    let inputs = branches.map { $0.defaultInputs }
    return inputs.contains { $0.isEmpty } ? [] : inputs.flatMap { $0 }
  }

  var merging: (branches: [Layer], merge: Layer)? { (branches, merge) }

  var flattenedBranches: [Layer]? {
    branches.flatMap { branch in
      branch.kind.modelForm != nil ? branch.kind.children.flatMap(\.layers) : [branch]
    }
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    _ = try outputShapes(call)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var outputs: [PartialShape] = []
    for (branch, inputs) in try split(call.inputs, call) {
      outputs += try branch.call(LayerCall(place: branch.place, inputs))
    }
    return try merge.call(LayerCall(place: merge.place, outputs))
  }

  func emitSignals(_ call: SignalCall, to graph: inout SignalGraph) throws(ArchitectureError) -> [Int] {
    var outputs: [PartialShape] = []
    var signals: [Int] = []
    var start = 0
    for (branch, inputs) in try split(call.call.inputs, call.call) {
      let branchCall = LayerCall(place: branch.place, inputs)
      let incoming = Array(call.inputs.dropFirst(start).prefix(inputs.count))
      let results = try branch.call(branchCall)
      signals += try branch.kind.emitSignals(
        SignalCall(layer: branch, call: branchCall, inputs: incoming, outputCount: results.count), to: &graph)
      outputs += results
      start += inputs.count
    }
    let mergeCall = LayerCall(place: merge.place, outputs)
    let count = try merge.call(mergeCall).count
    return try merge.kind.emitSignals(
      SignalCall(layer: merge, call: mergeCall, inputs: signals, outputCount: count), to: &graph)
  }

  /// Distributes the inputs over the branches.
  private func split(
    _ inputs: [PartialShape], _ call: LayerCall
  ) throws(ArchitectureError) -> [(Layer, [PartialShape])] {
    guard inputs.count == defaultInputs.count, !inputs.isEmpty else {
      throw call.error("called with \(inputs.count) inputs; the branches have \(defaultInputs.count)")
    }
    var rest = inputs[...]
    return branches.map { branch in
      let count = branch.defaultInputs.count
      defer { rest = rest.dropFirst(count) }
      return (branch, Array(rest.prefix(count)))
    }
  }
}
