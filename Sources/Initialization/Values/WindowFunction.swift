internal import CPlatform
import OrderedJSON

/// The windows of `scipy.signal.get_window` that take no parameters, or the values themselves.
enum WindowFunction: Sendable {
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

  /// Whether the window can have this length: a list of values has its own.
  func fits(_ count: Int) -> Bool {
    if case .given(let values) = self { values.count == count } else { true }
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
