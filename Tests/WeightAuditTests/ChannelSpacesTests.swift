import SignalGraph
import Testing

@testable import WeightAudit

@Suite struct ChannelSpacesTests {
  private func linear(_ weight: Int) -> SignalOperation {
    .linear(LinearMap(weight: weight, fanIn: 8, unitCount: 8))
  }

  @Test func `a sum has the units of its terms, and whoever makes or reads one counts for all`() {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "in", inputs: [])
    let first = graph.append(linear(0), layer: "a", inputs: [source])
    let relu = graph.append(.activation(.relu), layer: "a", inputs: [first])
    let branch = graph.append(linear(1), layer: "b", inputs: [relu])
    let norm = graph.append(
      .normalization(Normalization(.batch, scale: 5, offset: 6)), layer: "bn", inputs: [branch])
    let sum = graph.append(.add, layer: "add", inputs: [relu, norm])
    let flat = graph.append(.flatten(units: 8, rows: nil), layer: "flatten", inputs: [sum])
    let last = graph.append(linear(2), layer: "c", inputs: [flat])
    let spaces = ChannelSpaces(graph)
    let space = spaces.space(of: first)
    #expect(space.producers == [first, branch])
    #expect(space.readers == [branch, last])
    #expect(space.parameters == [5, 6])
    #expect(space.isClosed)
    #expect(spaces.space(of: sum).producers == space.producers)
    // A loss tells outputs apart, and data are not made by a kernel.
    #expect(!spaces.space(of: last).isClosed)
    #expect(!spaces.space(of: source).isClosed)
  }

  @Test(
    arguments: [
      .dropout(rate: 0.5), .concatenate(sizes: [8, 8]), .passThrough, .opaque,
      .activation(.softmax(units: nil)),
      .normalization(Normalization(.group(units: 2))), .attention(positions: 4, kernels: []),
    ] as [SignalOperation])
  func `what tells units apart opens a space`(operation: SignalOperation) {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "in", inputs: [])
    let first = graph.append(linear(0), layer: "a", inputs: [source])
    let other = graph.append(operation, layer: "x", inputs: [first])
    _ = graph.append(linear(1), layer: "b", inputs: [other])
    #expect(!ChannelSpaces(graph).space(of: first).isClosed)
  }
}
