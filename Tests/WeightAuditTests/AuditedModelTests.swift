import SignalGraph
import Tensors
import Testing

@testable import WeightAudit

@Suite struct AuditedModelTests {
  /// A chain of dense layers of eight units, with a ReLU behind each.
  private var graph: SignalGraph {
    var graph = SignalGraph()
    var last = graph.append(.source, layer: "input", inputs: [])
    for index in 0..<3 {
      last = graph.append(
        .linear(LinearMap(weight: index, fanIn: 8, unitCount: 8)), layer: "d\(index)", inputs: [last])
      last = graph.append(.activation(.relu), layer: "d\(index)", inputs: [last])
    }
    return graph
  }

  /// The kernels of some of the layers; in the first two, units 1 and 4 cannot be told apart.
  private func model(_ indices: [Int]) -> AuditedModel {
    let tensors = indices.map { index in
      ExampleTensor("d\(index)/kernel", .kernel, [8, 8], .normal(seed: UInt64(index), deviation: 1)) {
        values in
        for other in 0..<8 {
          if index == 0 { values[other * 8 + 4] = values[other * 8 + 1] }
          if index == 1 { values[4 * 8 + other] = values[1 * 8 + other] }
        }
      }.audited(weight: index)
    }
    return AuditedModel(tensors: tensors, measuredGraph: WeightedGraph(graph: graph, measured: tensors))
  }

  @Test func `weights are found by their index, wherever they are in the file`() throws {
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
      let model = model(order)
      for index in 0..<3 { #expect(model.tensor(ofWeight: index)?.name == "d\(index)/kernel") }
      #expect(model.tensors(ofWeights: [2, 0])?.map(\.name) == ["d2/kernel", "d0/kernel"])
      let findings = UnbrokenSymmetry.judge(model)
      #expect(findings.map(\.layer) == ["d0"])
    }
  }

  @Test func `a tensor that was left out changes nothing for the others`() {
    // As an oversized tensor, which is not read.
    let model = model([0, 1])
    #expect(model.tensor(ofWeight: 2) == nil)
    #expect(model.tensors(ofWeights: [1, 2]) == nil)
    #expect(UnbrokenSymmetry.judge(model).map(\.layer) == ["d0"])
    // Without the kernel that reads them, nothing is proved of the units.
    #expect(UnbrokenSymmetry.judge(self.model([0, 2])).isEmpty)
    #expect(UnbrokenSymmetry.judge(self.model([1, 2])).isEmpty)
  }

  @Test func `a constant kernel names the kernels behind it that were read`() {
    func constant(_ index: Int) -> AuditedTensor {
      ExampleTensor("d\(index)/kernel", .kernel, [8, 8], .constant(0.5)).audited(weight: index)
    }
    func messages(_ indices: [Int]) -> [String] {
      let tensors = indices.map(constant)
      return ConstantKernel.judge(
        AuditedModel(tensors: tensors, measuredGraph: WeightedGraph(graph: graph, measured: tensors))
      ).map(\.message)
    }
    #expect(messages([1, 2])[0].contains("`d2/kernel`"))
    #expect(!messages([0, 2])[0].contains("`d2/kernel`"))
  }
}
