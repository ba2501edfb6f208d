import Foundation
import OrderedJSON
import SignalGraph
import Tensors
import TestSupport
import Testing

@testable import KerasArchitecture

/// The examples on the overview pages of the targets.
@Suite struct ExampleTests {
  @Test func `an architecture has shapes and weights`() throws {
    // example KerasArchitecture
    let document = try JSONParser.parse(
      #"""
      {"input_shape": [784],
       "layers": [{"class_name": "Dense", "units": 128, "activation": "relu"},
                  {"class_name": "Dense", "units": 10}]}
      """#)
    let architecture = try ArchitectureReader.read(document)
    let weights = architecture.weights.map { weight in "\(weight.spec.path) \(weight.spec.shape)" }
    let outputs = architecture.layers.flatMap(\.outputShapes)
    // end of example
    #expect(
      weights == [
        "dense/kernel (784, 128)", "dense/bias (128,)", "dense_1/kernel (128, 10)", "dense_1/bias (10,)",
      ])
    #expect(outputs == [[nil, 128], [nil, 10]])
  }

  @Test func `a signal graph has consumers`() {
    // example SignalGraph
    var graph = SignalGraph()
    let input = graph.append(.source, layer: "input", inputs: [])
    let map = LinearMap(weight: 0, fanIn: 64, unitCount: 64, bias: 1)
    let dense = graph.append(.linear(map), layer: "dense", inputs: [input])
    let relu = graph.append(.activation(.relu), layer: "dense", inputs: [dense])
    let sum = graph.append(.add, layer: "add", inputs: [input, relu])
    let consumers = graph.consumers()
    // end of example
    #expect(consumers == [[dense, sum], [relu], [sum], []])
  }

  @Test(arguments: ["KerasArchitecture", "SignalGraph"])
  func `the page has the example that is tested`(target: String) throws {
    let page = try String(
      contentsOf: Fixtures.packageDirectory.appending(path: "Sources/\(target)/\(target).docc/\(target).md"),
      encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let start = try #require(source.range(of: "    // example \(target)\n")).upperBound
    let end = try #require(source[start...].range(of: "    // end of example\n")).lowerBound
    let lines = source[start..<end].split(separator: "\n", omittingEmptySubsequences: false)
    let example = lines.map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(page.contains("```swift\n\(example)```\n"))
  }
}
