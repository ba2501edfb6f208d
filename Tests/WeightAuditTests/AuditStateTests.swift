import Tensors
import Testing

@testable import WeightAudit

@Suite struct AuditStateTests {
  private static let limit = 0.2

  /// Layers whose biases are still zeros, with these kernels, which are declared to be uniform.
  private func state(
    of kernels: [ExampleTensor.Values], bias: Double = 0, iterations: Int? = nil,
    _ change: (inout [Double]) -> Void = { _ in }
  ) -> AuditState.Value {
    var tensors: [AuditedTensor] = []
    for (index, values) in kernels.enumerated() {
      tensors.append(
        ExampleTensor(
          "d\(index)/kernel", .kernel, [32, 32], values, declared: .uniform(limit: Self.limit), change
        ).audited(weight: 2 * index))
      tensors.append(
        ExampleTensor(
          "d\(index)/bias", .bias, [index == 0 ? 1 : 32], .constant(index == 0 ? bias : 0),
          declared: .constant(0)
        ).audited(weight: 2 * index + 1))
    }
    return AuditState(tensors, iterations: iterations, assumed: nil).value
  }

  @Test func `values as declared are fresh`() {
    #expect(state(of: (1...3).map { .uniform(seed: $0, -0.2...0.2) }) == .fresh)
  }

  @Test func `a wrong scale is a fault of fresh weights, not training`() {
    #expect(state(of: (1...3).map { .uniform(seed: $0, -0.6...0.6) }) == .fresh)
    #expect(state(of: (1...3).map { .uniform(seed: $0, -0.05...0.05) }) == .fresh)
    #expect(state(of: (1...3).map { .normal(seed: $0, deviation: 1) }) == .fresh)
  }

  @Test func `kernels of no initializer beside biases that have not moved are unknown`() {
    // Neither a uniform nor a normal, and a scale of no initializer.
    let state = state(of: (1...3).map { .uniform(seed: $0, -0.2...0.2) }) { values in
      for index in values.indices {
        values[index] *= 1 + 0.8 * abs(values[(index &* 7) % values.count]) / 0.2
      }
    }
    #expect(state == .unknown)
    // Inputs that count differently.
    let uneven = self.state(of: (1...2).map { .uniform(seed: $0, -0.2...0.2) }) { values in
      for index in values.indices where index / 32 < 8 { values[index] *= 4 }
    }
    #expect(uneven == .unknown)
  }

  @Test func `a single number may have been set`() {
    #expect(state(of: (1...2).map { .uniform(seed: $0, -0.2...0.2) }, bias: -2) == .fresh)
    #expect(state(of: (1...2).map { .uniform(seed: $0, -0.2...0.2) }, bias: -2, iterations: 5) != .fresh)
  }

  @Test func `numbers beside a kernel are none`() {
    let tensors = [
      ExampleTensor("q/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1)),
      ExampleTensor("q/kernel_bw", .kernel, [16, 16], .uniform(seed: 2, 2...6)),
      ExampleTensor("r/kernel", .kernel, [16, 16], .uniform(seed: 3, 2...6)),
    ].enumerated().map { $1.audited(weight: $0) }
    let model = AuditedModel(tensors: tensors)
    #expect(model.tensors.map(\.isKernel) == [true, false, true])
  }
}
