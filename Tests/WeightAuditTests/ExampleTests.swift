import Foundation
import SignalGraph
import Tensors
import TestSupport
import Testing
import WeightAudit

/// The example of the target's overview page, as it stands there.
@Suite struct ExampleTests {
  @Test func `the example of the overview compiles and runs`() {
    // example
    var graph = SignalGraph()
    let input = graph.append(.source, layer: "input", inputs: [])
    let map = LinearMap(weight: 0, fanIn: 8, unitCount: 8)
    let hidden = graph.append(.linear(map), layer: "hidden", inputs: [input])
    let relu = graph.append(.activation(.relu), layer: "hidden", inputs: [hidden])
    _ = graph.append(.linear(LinearMap(weight: 1, fanIn: 8, unitCount: 2)), layer: "head", inputs: [relu])
    let kernel = WeightedGraph.Weight(
      name: "hidden/kernel", layer: "hidden", shape: [8, 8], isKernel: true, values: .declared(.constant(0)))
    for finding in Auditor.findings(in: WeightedGraph(graph: graph, weights: [0: kernel])) {
      print(finding.rule.id, finding.layer, finding.message, RemedyText(finding.remedy))
    }
    // end of example
  }

  @Test func `the overview shows this example`() throws {
    let root = Fixtures.packageDirectory
    let page = try String(
      contentsOf: root.appending(path: "Sources/WeightAudit/WeightAudit.docc/WeightAudit.md"), encoding: .utf8
    )
    let source = try String(
      contentsOf: root.appending(path: "Tests/WeightAuditTests/ExampleTests.swift"), encoding: .utf8)
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "    // example")) + 1
    let end = try #require(lines.firstIndex(of: "    // end of example"))
    let example = lines[start..<end].map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(page.contains("```swift\n\(example)\n```"))
  }
}
