import OrderedJSON
import SignalGraph

/// `Rescaling`: a factor and an offset, one for all or one for each channel.
struct Rescaling: ShapePreservingLayer {
  static let classNames = ["Rescaling"]

  private let scales, offsets: [Double]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    scales = Self.numbers(config["scale"], default: 1)
    offsets = Self.numbers(config["offset"], default: 0)
  }

  private static func numbers(_ value: JSONValue?, default number: Double) -> [Double] {
    guard let value else { return [number] }
    let numbers = (value.arrayValue ?? [value]).compactMap(\.doubleValue)
    return numbers.isEmpty ? [number] : numbers
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    if scales.count == 1, offsets.count == 1 { return [.affine(scale: scales[0], offset: offsets[0])] }
    // Of channels that are treated differently only the scale is known on average.
    return [.affine(scale: mean(scales.map { $0 * $0 }).squareRoot(), offset: mean(offsets)), .passThrough]
  }
}
