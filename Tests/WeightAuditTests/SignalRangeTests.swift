import SignalGraph
import Testing

@testable import WeightAudit

@Suite struct SignalRangeTests {
  private static let activations: [Activation] = [
    .linear, .relu, .rectifier(negativeSlope: 0.3, ceiling: 6), .elu, .selu, .gelu, .silu, .hardSilu, .mish,
    .softplus, .softsign, .tanh, .sigmoid, .hardSigmoid, .sparseSigmoid, .logSigmoid, .tanhShrink,
    .squareplus,
    .sparsePlus, .shrink(threshold: 0.5, isSoft: true), .shrink(threshold: 0.5, isSoft: false), .exponential,
    .absolute, .square, .sine, .cosine, .clipped(from: -0.5, to: 2),
  ]

  @Test("no value of an activation is outside its bounds", arguments: activations)
  func bounds(activation: Activation) throws {
    let ends: [Double] = [-.infinity, -30, -3, -1, -0.2, 0, 0.4, 2, 7, 40, .infinity]
    for lower in ends {
      for upper in ends where lower <= upper {
        let range = SignalRange(lower, upper).through(activation)
        for step in 0...400 {
          let z = -50 + Double(step) * 0.25
          guard z >= lower, z <= upper, let value = activation.value(z) else { continue }
          #expect(value >= range.lower && value <= range.upper, "\(activation) of \(z) in \(lower)…\(upper)")
        }
      }
    }
  }

  @Test("a function is flat only where its derivative is 0", arguments: activations)
  func flatness(activation: Activation) {
    for lower in stride(from: -8.0, through: 8, by: 0.25) {
      let range = SignalRange(lower, lower + 1)
      guard range.isFlat(in: activation) else { continue }
      for step in 0...10 {
        // At the very bound of a ReLU the derivative is that of its left side.
        let z = lower + Double(step) / 10 - 1e-9
        #expect(activation.derivative(z) == 0, "\(activation) at \(z)")
      }
    }
  }

  @Test func `what is not known has no bounds, and zero stays zero`() {
    #expect(SignalRange(.nan) == .any)
    #expect(SignalRange(2, 1) == .any)
    #expect((SignalRange.any * .zero).isZero)
    #expect((SignalRange(.infinity) + SignalRange(-.infinity)) == .any)
    #expect(SignalRange(0, .infinity).summed(with: SignalRange(-2, -1)) == SignalRange(-.infinity, 0))
    #expect(SignalRange(0, .infinity).summed(with: SignalRange(-2, 1)) == .any)
  }
}
