internal import CPlatform
package import KerasArchitecture
import OrderedJSON
package import Tensors

/// `STFT`: the cosines or sines of a short-time Fourier transform under a window, shape
/// `(frame, 1, frequencies)`.
package struct STFT: Initializer {
  package static let names = ["STFT", "stft", "STFTInitializer"]
  package static let isRandom = false

  /// The real part of the transform are cosines, the imaginary part sines.
  private enum Side: String, CaseIterable { case real, imag }
  private enum Scaling: String, CaseIterable { case density, spectrum }

  /// The longest frame whose window is made in memory: minutes of sound.
  private static let frameLimit = 1 << 24

  private let side: Side
  private let window: WindowFunction?
  private let scaling: Scaling?

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["side", "window", "scaling", "periodic"])
    side = try config.choice("side", default: .real)
    let isPeriodic = try config.bool("periodic", default: false)
    let declared = config.declaration.config
    scaling =
      declared["scaling"]?.isNull == true
      ? nil
      : try config.choice("scaling", default: .density)
    let name: JSONValue = declared["window"] ?? "hann"
    if name.isNull {
      window = nil
    } else if let window = WindowFunction(name, isPeriodic: isPeriodic) {
      self.window = window
    } else {
      throw config.error(
        "`window` must be null, a list of numbers or one of "
          + WindowFunction.names.map { "\"\($0)\"" }.joined(separator: ", "))
    }
  }

  package func incompatibility(with target: InitializerTarget) -> String? {
    guard target.shape.rank == 3, target.shape.dimensions[1] == 1, target.shape.dimensions[2] >= 2 else {
      return "an STFT kernel must have the shape (frame, 1, frequencies); found \(target.shape)"
    }
    let frame = target.shape.dimensions[0]
    guard frame <= Self.frameLimit else {
      return "a frame may have at most \(Self.frameLimit) values; found \(frame)"
    }
    return window?.fits(frame) == false ? "the list in `window` must have \(frame) numbers" : nil
  }

  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    let (frame, frequencies) = (target.shape.dimensions[0], target.shape.dimensions[2])
    return .whole { [self] in
      let weights = (window?.values(count: frame) ?? nil).map(scaled)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(target.count * target.dtype.byteCount)
      for time in 0..<frame {
        for frequency in 0..<frequencies {
          // Keras computes the angle in single precision, where long frames lose digits that matter.
          let turns = Float(frequency) / Float(2 * (frequencies - 1))
          let angle = Double(-2 * Float(time) * turns * Float.pi)
          let wave = side == .real ? cos(angle) : sin(angle)
          bytes += target.dtype.bytes(of: wave * (weights?[time] ?? 1))
        }
      }
      return MemoryFiller(bytes: bytes, bytesPerElement: target.dtype.byteCount)
    }
  }

  private func scaled(_ values: [Double]) -> [Double] {
    let norm =
      switch scaling {
      case .density?: values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .spectrum?: values.reduce(0) { $0 + abs($1) }
      case nil: 1.0
      }
    return values.map { $0 / norm }
  }

  package func tolerance(_ dtype: DType) -> Double { 2e-5 }

  package func expectation(for target: InitializerTarget) -> ValueExpectation {
    let weights = (window?.values(count: target.shape.dimensions.first ?? 0) ?? nil).map(scaled)
    let power = weights.map { $0.reduce(0) { $0 + $1 * $1 } / Double(max(1, $0.count)) } ?? 1
    return ValueExpectation(family: .structured, mean: 0, standardDeviation: (power / 2).squareRoot())
  }
}
