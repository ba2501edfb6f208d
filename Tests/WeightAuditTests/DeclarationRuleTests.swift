import SignalGraph
import Tensors
import TestSupport
import Testing

@testable import WeightAudit

/// A stack of layers: each a linear map of as many units and an activation.
private struct Stack {
  var graph = SignalGraph()
  var weights: [Int: WeightedGraph.Weight] = [:]
  private var last: Int

  init() { last = graph.append(.source, layer: "input", inputs: []) }

  mutating func add(
    _ expectation: ValueExpectation, _ activation: Activation = .rectifier(negativeSlope: 0),
    units: Int = 100,
    fanIn: Int = 100, stream: String? = nil, isNormalized: Bool = false, isResidual: Bool = false
  ) {
    let number = weights.count
    let layer = "dense_\(number)"
    weights[number] = WeightedGraph.Weight(
      name: "\(layer)/kernel", layer: layer, shape: Shape([fanIn, units]), isKernel: true,
      values: .declared(expectation, stream: stream))
    let before = last
    last = graph.append(
      .linear(LinearMap(weight: number, fanIn: fanIn, unitCount: units)), layer: layer, inputs: [last])
    if isNormalized {
      last = graph.append(.normalization(Normalization(.batch, epsilon: 1e-20)), layer: layer, inputs: [last])
    }
    if isResidual { last = graph.append(.add, layer: layer, inputs: [last, before]) }
    last = graph.append(.activation(activation), layer: layer, inputs: [last])
  }

  /// The rules that speak, each with how bad it finds what it names.
  var severities: [String: [Severity]] {
    Dictionary(
      grouping: Auditor.findings(in: WeightedGraph(graph: graph, weights: weights)), by: \.rule.id.description
    )
    .mapValues { $0.map(\.severity) }
  }

  /// The rules that speak, each with the layers it names.
  var findings: [String: [String]] {
    Dictionary(
      grouping: Auditor.findings(in: WeightedGraph(graph: graph, weights: weights)), by: \.rule.id.description
    )
    .mapValues { $0.map(\.layer) }
  }
}

/// Zero-mean values whose variance over a hundred inputs gives this gain.
private func gain(_ gain: Double) -> ValueExpectation {
  ValueExpectation(family: .normal, mean: 0, standardDeviation: (gain / 100).squareRoot())
}

@Suite struct DeclarationRuleTests {
  @Test func `healthy stacks are passed in silence`() {
    var he = Stack()
    for _ in 0..<50 { he.add(gain(2)) }
    he.add(gain(1), .softmax(units: nil), units: 10)
    #expect(he.findings.isEmpty)
    var lecun = Stack()
    for _ in 0..<20 { lecun.add(gain(1), .selu) }
    #expect(lecun.findings.isEmpty)
    var shallow = Stack()
    for _ in 0..<3 { shallow.add(gain(1)) }
    #expect(shallow.findings.isEmpty)
  }

  @Test func `a zero kernel is named unless nothing hidden depends on it`() {
    var hidden = Stack()
    hidden.add(gain(2))
    hidden.add(.constant(0))
    hidden.add(gain(1), .softmax(units: nil))
    #expect(hidden.findings == ["SYM001": ["dense_1"]])
    var head = Stack()
    head.add(gain(2))
    head.add(.constant(0), .softmax(units: nil))
    #expect(head.findings.isEmpty)
    var residual = Stack()
    residual.add(gain(2))
    residual.add(.constant(0), isResidual: true)
    residual.add(gain(1), .softmax(units: nil))
    #expect(residual.findings.isEmpty)
    var single = Stack()
    single.add(.constant(0), units: 1)
    single.add(gain(1), fanIn: 1)
    #expect(single.findings["SYM001"] == nil)
  }

  @Test func `a constant kernel is named`() {
    var stack = Stack()
    stack.add(.constant(0.1), .tanh)
    stack.add(gain(1), .softmax(units: nil))
    #expect(stack.findings == ["SYM002": ["dense_0"]])
  }

  @Test func `a signal that vanishes or explodes is named where it does`() {
    var vanishing = Stack()
    for _ in 0..<10 { vanishing.add(gain(0.05), .tanh) }
    #expect(vanishing.findings == ["PRP001": ["dense_4"]])
    // A normalization behind it brings the signal back.
    vanishing.add(gain(1), isNormalized: true)
    #expect(vanishing.findings["PRP001"] == nil)
    var exploding = Stack()
    for _ in 0..<10 { exploding.add(gain(20)) }
    #expect(exploding.findings == ["PRP002": ["dense_5"]])
    var normalized = Stack()
    for _ in 0..<20 { normalized.add(gain(20), isNormalized: true) }
    #expect(normalized.findings.isEmpty)
    // Yang et al. 2019: behind each batch normalization a ReLU's gradient grows by √(π / (π − 1)).
    for _ in 0..<30 { normalized.add(gain(20), isNormalized: true) }
    #expect(normalized.findings == ["PRP002": ["dense_6"]])
  }

  @Test func `Glorot under ReLU is named in a deep stack only`() {
    var deep = Stack()
    for _ in 0..<12 { deep.add(gain(1)) }
    deep.add(gain(1), .softmax(units: nil), units: 10)
    #expect(deep.findings.keys.sorted() == ["PRP001", "SCL001"])
    #expect(deep.severities["PRP001"] == [.note])
    var normalized = Stack()
    for _ in 0..<12 { normalized.add(gain(1), isNormalized: true) }
    #expect(normalized.findings.isEmpty)
  }

  @Test func `seeds that two kernels share are named`() {
    var tied = Stack()
    tied.add(gain(2), stream: "42/0/float32")
    tied.add(gain(2), stream: "42/0/float32")
    tied.add(gain(2), units: 7, stream: "42/0/float32")
    #expect(tied.findings == ["SYM007": ["dense_1"], "SYM008": ["dense_2"]])
    var apart = Stack()
    apart.add(gain(2), stream: "42/0/float32")
    apart.add(gain(2), stream: "43/0/float32")
    apart.add(gain(2))
    apart.add(gain(2))
    #expect(apart.findings.isEmpty)
  }

  @Test func `what is not known silences the rules behind it`() {
    var graph = SignalGraph()
    let source = graph.append(.source, layer: "i", inputs: [])
    let opaque = graph.append(.opaque, layer: "custom", inputs: [source])
    _ = graph.append(.linear(LinearMap(weight: 0, fanIn: 100, unitCount: 10)), layer: "d", inputs: [opaque])
    let weight = WeightedGraph.Weight(
      name: "d/kernel", layer: "d", shape: [100, 10], isKernel: true, values: .declared(gain(1e-12)))
    #expect(Auditor.findings(in: WeightedGraph(graph: graph, weights: [0: weight])).isEmpty)
  }
}
