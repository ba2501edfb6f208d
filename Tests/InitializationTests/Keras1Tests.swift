import KerasArchitecture
import OrderedJSON
import RandomStreams
import Tensors
import Testing

@testable import Initialization

/// The scales of Keras 1.2.2, whose `get_fans` has rules of its own; the expected numbers follow its source.
@Suite struct Keras1Tests {
  /// The planned weights of a model of one layer.
  private func weights(
    _ className: String, _ config: String, input: String, version: String = "1.2.2"
  ) throws -> [String: Distribution?] {
    let document = """
      {"class_name": "Sequential", "keras_version": "\(version)", "config": [{"class_name": "\(className)", "config":
      {"name": "x", "batch_input_shape": [null, \(input)], "trainable": true, \(config)}}]}
      """
    let plan = try PlanBuilder.plan(
      ArchitectureReader.read(JSONParser.parse(document)), seed: 1, backend: .standard)
    var distributions: [String: Distribution?] = [:]
    for weight in plan.weights.values {
      let part = weight.parts[0]
      let drawn = part.initializer as? any DrawnInitializer
      distributions[weight.declaration.name] = .some(drawn?.distribution(for: part.target))
    }
    return distributions
  }

  private static let cases:
    [(className: String, config: String, input: String, weight: String, limit: Double)] =
      [
        // (3, 1, 5, 4) is read as if filters came first: 1·5·4 in, 3·5·4 out.
        ("Convolution1D", #""nb_filter": 4, "filter_length": 3"#, "9, 5", "W", 6.0 / 80),
        (
          "Convolution2D", #""nb_filter": 4, "nb_row": 3, "nb_col": 2, "dim_ordering": "tf""#, "9, 9, 5", "W",
          6.0 / 54
        ),
        (
          "Convolution2D", #""nb_filter": 4, "nb_row": 3, "nb_col": 2, "dim_ordering": "th""#, "5, 9, 9", "W",
          6.0 / 54
        ),
        // Of three sizes with filters last only two count.
        (
          "Convolution3D",
          #""nb_filter": 4, "kernel_dim1": 3, "kernel_dim2": 2, "kernel_dim3": 5, "dim_ordering": "tf""#,
          "9, 9, 9, 5", "W", 6.0 / 54
        ),
        (
          "Convolution3D",
          #""nb_filter": 4, "kernel_dim1": 3, "kernel_dim2": 2, "kernel_dim3": 5, "dim_ordering": "th""#,
          "5, 9, 9, 9", "W", 6.0 / 270
        ),
        // √(2·6·8) both in and out.
        ("MaxoutDense", #""output_dim": 8, "nb_feature": 2"#, "6", "W", 3 / 96.0.squareRoot()),
        ("Dense", #""output_dim": 8"#, "6", "W", 6.0 / 14),
      ]

  @Test(arguments: cases)
  func `fans are those of Keras 1`(
    className: String, config: String, input: String, weight: String, limit: Double
  ) throws {
    let distribution = try weights(className, config + #", "init": "glorot_uniform""#, input: input)[weight]
    guard case .uniform(let lower, let upper)?? = distribution else {
      Issue.record("no uniform distribution")
      return
    }
    #expect(abs(upper - limit.squareRoot()) < 1e-12)
    #expect(lower == -upper)
  }

  @Test func `before 1.2.1 every kernel was read as if filters came first`() throws {
    let config = #""nb_filter": 4, "nb_row": 3, "nb_col": 2, "dim_ordering": "tf", "init": "glorot_uniform""#
    // (3, 2, 5, 4): 2·5·4 in, 3·5·4 out.
    let old = try weights("Convolution2D", config, input: "9, 9, 5", version: "1.1.2")["W"]
    #expect(old == .some(.uniform(lower: -(6.0 / 100).squareRoot(), upper: (6.0 / 100).squareRoot())))
  }

  @Test func `normal distributions were not truncated`() throws {
    #expect(
      try weights("Dense", #""output_dim": 8, "init": "he_normal""#, input: "6")["W"]
        == .some(.normal(mean: 0, standardDeviation: (2.0 / 6).squareRoot())))
    #expect(
      try weights("Dense", #""output_dim": 8, "init": "normal""#, input: "6")["W"]
        == .some(.normal(mean: 0, standardDeviation: 0.05)))
  }

  @Test func `cells ignore inner_init unless their gates are stored together`() throws {
    let config = #""output_dim": 3, "init": "uniform", "inner_init": "normal", "consume_less": "cpu""#
    let uniform = Distribution.uniform(lower: -0.05, upper: 0.05)
    #expect(try weights("LSTM", config, input: "5, 4")["U_c"] == .some(uniform))
    #expect(
      try weights("LSTM", config, input: "5, 4", version: "1.1.2")["U_c"]
        == .some(.normal(mean: 0, standardDeviation: 0.05)))
    let together = config.replacing("cpu", with: "gpu")
    #expect(
      try weights("LSTM", together, input: "5, 4")["U"] == .some(.normal(mean: 0, standardDeviation: 0.05)))
  }

  @Test func `an orthogonal kernel has its first axis as rows, and is stretched`() throws {
    let document = #"""
      {"class_name": "Sequential", "keras_version": "1.2.2", "config": [{"class_name": "Convolution2D", "config": {
        "name": "x", "batch_input_shape": [null, 5, 9, 9], "nb_filter": 4, "nb_row": 3, "nb_col": 2,
        "dim_ordering": "th", "init": "orthogonal"}}]}
      """#
    let plan = try PlanBuilder.plan(
      ArchitectureReader.read(JSONParser.parse(document)), seed: 1, backend: .standard)
    let kernel = try #require(plan.weights.values.first { $0.declaration.name == "W" })
    let values = try kernel.source.floats(kernel.parts[0].target).map(Double.init)
    let rows = (0..<4).map { Array(values[$0 * 30..<($0 + 1) * 30]) }
    for (index, row) in rows.enumerated() {
      for (other, column) in rows.enumerated() {
        let product = zip(row, column).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (index == other ? 1.21 : 0)) < 1e-5)
      }
    }
  }

  @Test func `multi-backend Keras 2 corrects truncated normals since 2.2`() throws {
    func deviation(_ version: String) throws -> Double? {
      let initializer = try makeInitializer(
        "VarianceScaling", config: JSONObject([.init(key: "distribution", value: "normal")]),
        of: KerasGeneration(family: .multiBackendKeras2, version: version))
      let target = try InitializerTarget(shape: [4, 9], dtype: .float32)
      guard let drawn = initializer as? any DrawnInitializer,
        case .truncatedNormal(_, let deviation) = drawn.distribution(for: target)
      else { return nil }
      return deviation
    }
    #expect(try deviation("2.1.6") == 0.5)
    #expect(try deviation("2.2.0") == 0.5 / 0.87962566103423978)
  }
}
