import OrderedJSON
import SignalGraph

/// `StackedRNNCells`: each cell's output is the next one's input.
struct StackedRNNCells: RecurrentCell {
  static let classNames = ["StackedRNNCells"]

  private let cells: [Layer]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    cells = try config.layers("cells")
    guard !cells.isEmpty else { throw config.error("cells", expected: "one cell or more") }
  }

  var children: [LayerChildren] { [LayerChildren("cells", list: cells)] }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    _ = try outputShapes(call)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var input = try call.input
    var states: [PartialShape] = []
    for cell in cells {
      let step = try cell.call(call.forwarded(to: cell, input))
      states += step.dropFirst()
      input = step[0]
    }
    return [input] + states
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: cells.flatMap { $0.kind.signal(call, $0).flatMap(\.kernels) })]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.className = "StackedRNNCells"
    form.config["cells"] = .array(cells.map { .object(upgrader.form(of: $0, isNested: true)) })
  }
}
