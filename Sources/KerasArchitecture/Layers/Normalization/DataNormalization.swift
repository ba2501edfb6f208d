import OrderedJSON
import SignalGraph
import Tensors

/// `Normalization`, the preprocessing layer: statistics of the data, unless the configuration has them.
struct DataNormalization: ShapePreservingLayer {
  static let classNames = ["Normalization"]

  private let axes: [Int]
  private let isGiven: Bool
  private let wholeNumbers: DType
  /// The type of the statistics, if it is not that of other variables.
  private let statistics: DType?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    axes = config.object["axis"]?.isNull == true ? [] : try config.integers("axis", default: [-1])
    isGiven = config["mean"] != nil
    // tf.keras stores them in the type that it computes in.
    statistics =
      config.generation.family == .tfKeras ? DTypePolicy(config.object["dtype"])?.computeDType : nil
    wholeNumbers = config.generation.isKeras3 && config.generation.hasShortIntegers ? .int32 : .int64
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    guard !isGiven else { return }
    let input = try call.input
    var sizes: [Int] = []
    for axis in axes.map({ input.index(ofAxis: $0) ?? $0 }).sorted() {
      sizes.append(try call.knownSize(input, axis: axis))
    }
    let fixed = WeightRecorder.Options(isTrainable: false, dtype: statistics)
    try weights.add("mean", .statistic, sizes, weights.fixedInitializer("zeros"), fixed)
    try weights.add("variance", .statistic, sizes, weights.fixedInitializer("ones"), fixed)
    try weights.add(
      "count", .statistic, [], weights.fixedInitializer("zeros"),
      .init(isTrainable: false, dtype: wholeNumbers))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
