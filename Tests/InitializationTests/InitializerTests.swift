import Foundation
import KerasArchitecture
import OrderedJSON
import RandomStreams
import Tensors
import TestSupport
import Testing

@testable import Initialization

@Suite struct InitializerCatalogTests {
  @Test func `every initializer type in the folder is in the catalog`() throws {
    let folder = Fixtures.packageDirectory.appending(path: "Sources/Initialization/Initializers")
    var declared: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /struct (\w+): (?:Initializer|DrawnInitializer|NamedScaling)\b/) {
        declared.insert(String(match.1))
      }
    }
    #expect(declared == Set(InitializerCatalog.all.map { "\($0)" }))
    #expect(InitializerCatalog.all.map { "\($0)" } == declared.sorted())
  }

  /// Every name of `keras.initializers`' look-up table in 3.15.1, abstract classes aside.
  private static let kerasNames = [
    "Constant", "constant", "GlorotNormal", "glorot_normal", "GlorotUniform", "glorot_uniform", "HeNormal",
    "he_normal",
    "HeUniform", "he_uniform", "Identity", "identity", "IdentityInitializer", "LecunNormal", "lecun_normal",
    "LecunUniform", "lecun_uniform", "Ones", "ones", "one", "Orthogonal", "orthogonal",
    "OrthogonalInitializer",
    "RandomNormal", "random_normal", "normal", "RandomUniform", "random_uniform", "uniform", "STFT", "stft",
    "STFTInitializer", "TruncatedNormal", "truncated_normal", "VarianceScaling", "variance_scaling", "Zeros",
    "zeros",
    "zero",
  ]

  @Test(arguments: kerasNames)
  func `every name of Keras is known`(name: String) throws {
    #expect(throws: Never.self) { try makeInitializer(name) }
  }

  @Test(arguments: ["Normal", "Zero", "GlorotUniformV2", "orthogonal_initializer", "", "glorot"])
  func `what Keras 3 refuses is refused`(name: String) {
    #expect(throws: ArchitectureError.self) { try makeInitializer(name) }
  }

  @Test(arguments: ["GlorotUniformV2", "glorot_uniformV2", "ZerosV2", "OrthogonalV2"])
  func `the second names of Keras 2 are known to its documents`(name: String) {
    #expect(throws: Never.self) {
      try makeInitializer(name, of: KerasGeneration(family: .tfKeras, version: "2.15.0"))
    }
  }

  private static let wrong: [(name: String, config: JSONValue, message: String)] = [
    ("HeNormal", ["sed": 1], "HeNormal takes no `sed`; did you mean `seed`?"),
    ("RandomNormal", ["stddev": "x"], #"`stddev` must be a finite number; found "x""#),
    ("RandomNormal", ["stddev": -1], "`stddev` must not be negative; found -1.0"),
    ("RandomUniform", ["minval": 2, "maxval": 1], "`minval` (2.0) must not be above `maxval` (1.0)"),
    ("VarianceScaling", ["scale": 0], "`scale` must be positive; found 0.0"),
    (
      "VarianceScaling", ["mode": "fan"],
      #"`mode` must be one of "fan_in", "fan_out", "fan_avg"; found "fan""#
    ),
    ("Constant", ["value": [1, [2]]], "`value` must be a number or an array of numbers"),
    ("glorot", [:], #""glorot" is not an initializer of Keras"#),
    (
      "glorot_unifrom", [:],
      #""glorot_unifrom" is not an initializer of Keras; did you mean "glorot_uniform"?"#
    ),
  ]

  @Test(arguments: wrong)
  func `a wrong configuration is named`(name: String, config: JSONValue, message: String) throws {
    let error = #expect(throws: ArchitectureError.self) {
      try makeInitializer(name, config: config.objectValue ?? JSONObject())
    }
    #expect(error?.reason == message)
    #expect(error.map { "\($0)" }?.hasPrefix(#"kernel_initializer "dense" (Dense): "#) == true)
  }
}

@Suite struct InitializerValueTests {
  private let source = RandomSource(backend: .tensorflow, seed: StreamSeed(7))

  private func floats(_ name: String, _ config: JSONValue = [:], _ shape: Shape) throws -> [Float] {
    let initializer = try makeInitializer(name, config: config.objectValue ?? JSONObject())
    let target = try InitializerTarget(shape: shape, dtype: .float32)
    #expect(initializer.incompatibility(with: target) == nil)
    return try initializer.source(for: target, source).floats(target)
  }

  @Test func `an identity may be rectangular`() throws {
    #expect(try floats("identity", [:], [2, 3]) == [1, 0, 0, 0, 1, 0])
    #expect(try floats("Identity", ["gain": 2], [3, 2]) == [2, 0, 0, 2, 0, 0])
    let vector = try InitializerTarget(shape: [3], dtype: .float32)
    #expect(try makeInitializer("identity").incompatibility(with: vector) != nil)
  }

  @Test func `a constant is stretched as NumPy does`() throws {
    #expect(try floats("Constant", ["value": 0.5], [2, 2]) == [0.5, 0.5, 0.5, 0.5])
    #expect(try floats("Constant", ["value": [1, 2, 3]], [2, 3]) == [1, 2, 3, 1, 2, 3])
    #expect(try floats("Constant", ["value": [[1], [2]]], [2, 3]) == [1, 1, 1, 2, 2, 2])
    let wrapped: JSONValue = [
      "value": ["class_name": "__numpy__", "config": ["value": [4, 5], "dtype": "float32"]]
    ]
    #expect(try floats("Constant", wrapped, [2]) == [4, 5])
    let wrong = try InitializerTarget(shape: [2, 4], dtype: .float32)
    #expect(
      try makeInitializer("Constant", config: JSONObject([.init(key: "value", value: [1, 2, 3])]))
        .incompatibility(
          with: wrong) != nil)
  }

  @Test(arguments: [
    Shape([8, 8]), [5, 12], [12, 5], [3, 3, 4, 7], [2, 3, 64], [1, 6], [6, 1], [40, 40],
  ])
  func `orthogonal kernels are orthonormal`(shape: Shape) throws {
    let gain = 1.5
    let values = try floats("Orthogonal", ["gain": 1.5], shape).map(Double.init)
    let columns = shape.dimensions[shape.rank - 1]
    let rows = values.count / columns
    let count = min(rows, columns)
    func vector(_ index: Int) -> [Double] {
      rows >= columns
        ? (0..<rows).map { values[$0 * columns + index] } : (0..<columns).map { values[index * columns + $0] }
    }
    for first in 0..<count {
      for second in first..<count {
        let product = zip(vector(first), vector(second)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (first == second ? gain * gain : 0)) < 1e-6)
      }
    }
  }

  @Test func `transforms are Keras's`() throws {
    let cases = try #require(JSONParser.parse(Fixtures.bytes("streams/stft.json")).arrayValue)
    #expect(cases.count > 20)
    for transform in cases {
      let config = try #require(transform["config"])
      let shape = Shape(transform["shape"]?.arrayValue?.compactMap(\.intValue) ?? [])
      let ours = try floats("STFT", config, shape)
      let theirs = transform["values"]?.arrayValue?.compactMap(\.doubleValue) ?? []
      #expect(ours.count == theirs.count)
      // TensorFlow's own sine of a large angle is that far from the true one.
      #expect(zip(ours, theirs).allSatisfy { abs(Double($0) - $1) < 2e-5 }, "\(config.pythonText())")
    }
  }

  @Test func `transforms need three axes`() throws {
    let flat = try InitializerTarget(shape: [8, 5], dtype: .float32)
    #expect(try makeInitializer("STFT").incompatibility(with: flat) != nil)
  }

  private static let distributions: [(name: String, config: JSONValue)] = [
    ("glorot_uniform", [:]), ("glorot_normal", [:]), ("he_uniform", [:]), ("he_normal", [:]),
    ("lecun_uniform", [:]),
    ("lecun_normal", [:]), ("random_normal", ["mean": 0.3, "stddev": 0.2]),
    ("random_uniform", ["minval": -1, "maxval": 3]),
    ("truncated_normal", ["mean": -0.1, "stddev": 0.4]), ("orthogonal", [:]),
    ("variance_scaling", ["mode": "fan_avg", "distribution": "untruncated_normal", "scale": 3]),
    ("VarianceScaling", ["mode": "fan_out", "distribution": "NORMAL"]),
  ]

  @Test(arguments: distributions)
  func `values are what the expectation says`(name: String, config: JSONValue) throws {
    let initializer = try makeInitializer(name, config: config.objectValue ?? JSONObject())
    let target = try InitializerTarget(shape: [3, 5, 20, 100], dtype: .float32)
    let expectation = initializer.expectation(for: target)
    let values = try initializer.source(for: target, source).floats(target).map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    #expect(
      abs(mean - expectation.mean) < 5 * expectation.standardDeviation / Double(values.count).squareRoot())
    #expect(abs(deviation / expectation.standardDeviation - 1) < 0.02)
    if let support = expectation.support { #expect(values.allSatisfy { support.contains($0) }) }
  }

  @Test func `a distribution without width is a constant`() throws {
    let target = try InitializerTarget(shape: [3, 4], dtype: .float32)
    let still = try makeInitializer("RandomNormal", config: JSONObject([.init(key: "stddev", value: 0)]))
    #expect(still.expectation(for: target) == .constant(0))
    let point = JSONObject([.init(key: "minval", value: 0.5), .init(key: "maxval", value: 0.5)])
    #expect(try makeInitializer("uniform", config: point).expectation(for: target) == .constant(0.5))
  }

  @Test func `fans follow Keras's rule`() throws {
    let cases: [(Shape, Double, Double)] = [
      ([], 1, 1), ([7], 7, 7), ([3, 4], 3, 4), ([7, 3, 4], 21, 28), ([2, 7, 3, 4], 42, 56),
      ([1, 2, 2, 7, 3, 4], 84, 112),
    ]
    for (shape, input, output) in cases {
      let fans = Fans(try InitializerTarget(shape: shape, dtype: .float32))
      #expect(fans.input == input)
      #expect(fans.output == output)
    }
  }
}
