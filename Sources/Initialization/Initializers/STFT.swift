internal import CPlatform
package import KerasArchitecture
import OrderedJSON
package import Tensors

/// `STFT`: the cosines or sines of a short-time Fourier transform under a window, shape
/// `(frame, 1, frequencies)`.
package struct STFT: Initializer {
  package static let names = ["STFT", "stft", "STFTInitializer"]
  package static let isRandom = false

  private enum Scaling: String, CaseIterable { case density, spectrum }

  private let takesCosine: Bool
  private let window: WindowFunction?
  private let scaling: Scaling?

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["side", "window", "scaling", "periodic"])
    takesCosine = try config.string("side", default: "real", of: ["real", "imag"]) == "real"
    let isPeriodic = try config.bool("periodic", default: false)
    let declared = config.declaration.config
    scaling =
      declared["scaling"]?.isNull == true
      ? nil
      : Scaling(
        rawValue: try config.string("scaling", default: "density", of: Scaling.allCases.map(\.rawValue)))
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

  package func objection(to target: InitializerTarget) -> String? {
    guard target.shape.rank == 3, target.shape.dimensions[1] == 1, target.shape.dimensions[2] >= 2 else {
      return "an STFT kernel must have the shape (frame, 1, frequencies); found \(target.shape)"
    }
    guard let window, window.values(count: target.shape.dimensions[0]) == nil else { return nil }
    return "the list in `window` must have \(target.shape.dimensions[0]) numbers"
  }

  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    let (frame, frequencies) = (target.shape.dimensions[0], target.shape.dimensions[2])
    let weights = (window?.values(count: frame) ?? nil).map(scaled)
    let takesCosine = takesCosine
    return .whole {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(target.count * target.dtype.byteCount)
      for time in 0..<frame {
        for frequency in 0..<frequencies {
          // Keras computes the angle in single precision, where long frames lose digits that matter.
          let turns = Float(frequency) / Float(2 * (frequencies - 1))
          let angle = Double(-2 * Float(time) * turns * Float.pi)
          let wave = takesCosine ? cos(angle) : sin(angle)
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

  package var tolerance: Double { 2e-5 }

  package func expectation(for target: InitializerTarget) -> ValueExpectation {
    let weights = (window?.values(count: target.shape.dimensions.first ?? 0) ?? nil).map(scaled)
    let power = weights.map { $0.reduce(0) { $0 + $1 * $1 } / Double(max(1, $0.count)) } ?? 1
    return ValueExpectation(family: .structured, mean: 0, standardDeviation: (power / 2).squareRoot())
  }
}

/// The windows of `scipy.signal.get_window` that take no parameters, or the values themselves.
private enum WindowFunction: Sendable {
  /// Σ (−1)ᵏ aₖ cos(2πk n / N).
  case cosines([Double], isPeriodic: Bool)
  case triangle(isPeriodic: Bool)
  case bartlett(isPeriodic: Bool)
  case sine(isPeriodic: Bool)
  case given([Double])

  private static let cosineCoefficients: [(name: String, coefficients: [Double])] = [
    ("blackman", [0.42, 0.5, 0.08]),
    ("blackmanharris", [0.35875, 0.48829, 0.14128, 0.01168]),
    ("boxcar", [1]),
    ("flattop", [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368]),
    ("hamming", [0.54, 0.46]),
    ("hann", [0.5, 0.5]),
    ("nuttall", [0.3635819, 0.4891775, 0.1365995, 0.0106411]),
    ("ones", [1]),
    ("rect", [1]),
    ("rectangular", [1]),
  ]

  static let names = (cosineCoefficients.map(\.name) + ["bartlett", "cosine", "sine", "triang"]).sorted()

  init?(_ value: JSONValue, isPeriodic: Bool) {
    switch value.stringValue {
    case nil:
      guard let list = value["config"]?["value"]?.arrayValue ?? value.arrayValue else { return nil }
      let values = list.compactMap(\.doubleValue)
      guard values.count == list.count else { return nil }
      self = .given(values)
    case "bartlett"?: self = .bartlett(isPeriodic: isPeriodic)
    case "cosine"?, "sine"?: self = .sine(isPeriodic: isPeriodic)
    case "triang"?: self = .triangle(isPeriodic: isPeriodic)
    case .some(let name):
      guard let entry = Self.cosineCoefficients.first(where: { $0.name == name }) else { return nil }
      self = .cosines(entry.coefficients, isPeriodic: isPeriodic)
    }
  }

  /// The window at `count` places; `nil` if it has another length.
  func values(count: Int) -> [Double]? {
    switch self {
    case .given(let values): values.count == count ? values : nil
    case .cosines(let coefficients, let isPeriodic):
      sample(count, isPeriodic) { place, length in
        let angle = 2 * Double.pi * place / (length - 1)
        return coefficients.enumerated().reduce(0) { sum, term in
          sum + (term.offset.isMultiple(of: 2) ? 1 : -1) * term.element * cos(Double(term.offset) * angle)
        }
      }
    case .bartlett(let isPeriodic):
      sample(count, isPeriodic) { place, length in 1 - abs(2 * place / (length - 1) - 1) }
    case .sine(let isPeriodic):
      sample(count, isPeriodic) { place, length in sin(Double.pi / length * (place + 0.5)) }
    case .triangle(let isPeriodic):
      sample(count, isPeriodic) { place, length in
        let width = length.truncatingRemainder(dividingBy: 2) == 0 ? length : length + 1
        return 1 - abs(2 * (place + 0.5) - length) / width
      }
    }
  }

  /// A periodic window is one longer and loses its last value.
  private func sample(
    _ count: Int, _ isPeriodic: Bool, _ value: (_ place: Double, _ length: Double) -> Double
  ) -> [Double] {
    count <= 1
      ? Array(repeating: 1, count: count)
      : (0..<count).map { value(Double($0), Double(isPeriodic ? count + 1 : count)) }
  }
}
