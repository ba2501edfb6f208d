import OrderedJSON
import SignalGraph
import Tensors

/// `Reshape`: one size may be −1, which is computed from the others.
struct Reshape: LayerKind {
  static let classNames = ["Reshape"]

  private let target: [Int?]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let list = config["target_shape"]?.arrayValue else {
      throw config.error("target_shape", expected: "a list of sizes")
    }
    // Keras writes a size that it cannot compute as null.
    let target = list.map { $0.isNull ? nil : $0.wholeNumber }
    guard zip(list, target).allSatisfy({ $0.isNull || ($1 ?? -2) >= -1 }),
      target.filter({ $0 == -1 }).count <= 1
    else { throw config.error("target_shape", expected: "a list of sizes of which one may be -1") }
    self.target = target
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    let rest = input.dimensions.dropFirst()
    let sizes = rest.compactMap { $0 }
    guard sizes.count == rest.count, !target.contains(nil) else {
      return [PartialShape([input.batch] + target.map { $0 == -1 ? nil : $0 })]
    }
    guard let total = CheckedSize.product(sizes),
      let known = CheckedSize.product(target.compactMap { $0 == -1 ? nil : $0 })
    else { throw call.error("the reshaped input is too large") }
    let isOpen = target.contains(-1)
    guard isOpen ? known > 0 && total.isMultiple(of: known) : total == known else {
      let shown = target.map { $0.map(String.init) ?? "null" }.joined(separator: ", ")
      throw call.error("cannot reshape \(input), \(total) values without the batch, to [\(shown)]")
    }
    return [
      PartialShape([input.batch] + target.map { $0 == -1 ? CheckedSize(total).divided(by: known).value : $0 })
    ]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard target.count == 1, let input = try? call.input, input.rank > 1 else { return [.passThrough] }
    let sizes = input.dimensions.dropFirst().compactMap(\.self)
    return [.flatten(units: input.last, rows: sizes.count == input.rank - 1 ? sizes : nil)]
  }
}
