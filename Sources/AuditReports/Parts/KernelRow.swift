import Tensors
import WeightAudit

/// A kernel as tables show it: its scale against the declared one, its distribution, and the rules that
/// report it.
struct KernelRow {
  let name: String
  /// `3×3×64`.
  let shape: String
  /// The initializer; `–` if it is unknown.
  let initializer: String
  /// The worst finding about it; `nil` if there is none.
  let severity: Severity?
  let deviation: Double
  let declaredDeviation: Double?
  /// The values that the initializer can draw, if it has limits.
  let support: ClosedRange<Double>?
  let rules: [RuleID]
  private let measurements: TensorMeasurements

  /// The kernels of a file, in its order.
  static func all(in file: FileReport) -> [KernelRow] {
    let findings = Dictionary(grouping: file.active.flatMap(\.all).filter { $0.finding.path != nil }) {
      $0.finding.path
    }
    return file.kernels.map { KernelRow($0, findings[$0.path] ?? []) }
  }

  private init(_ kernel: AuditedTensor, _ found: [ReportedFinding]) {
    let expected = kernel.declaration?.expectations.first
    name = kernel.name
    shape = kernel.spec.shape.dimensions.map(String.init).joined(separator: "×")
    initializer = kernel.declaration?.initializer ?? "–"
    severity = found.map(\.finding.severity).max()
    measurements = kernel.measurements
    deviation = kernel.measurements.finiteCount > 0 ? kernel.measurements.standardDeviation : .nan
    declaredDeviation = expected?.standardDeviation
    support = expected?.support
    rules = found.flatMap(\.rules)
  }

  var glyph: String { severity?.glyph ?? "✓" }

  /// The measured standard deviation over the declared one.
  var ratio: Double? { declaredDeviation.flatMap { $0 > 0 ? deviation / $0 : nil } }

  var deviationText: String { ReportNumber.short(deviation) }
  var declaredText: String { declaredDeviation.map { ReportNumber.short($0) } ?? "–" }
  var ratioText: String { ratio.map { ReportNumber.short($0) } ?? "–" }
  var rulesText: String { rules.map(\.description).joined(separator: " ") }

  /// `values from -0.1 to 0.1`.
  var rangeText: String {
    guard let range = measurements.range else { return "no finite values" }
    return "values from \(ReportNumber.short(range.lowerBound)) to \(ReportNumber.short(range.upperBound))"
  }

  /// Across ±3.2 declared standard deviations, so that a wrong scale shows as a shape; without a declaration
  /// across those that were measured.
  func histogram(bins: Int) -> Histogram {
    let declared = declaredDeviation ?? 0
    let spread = 3.2 * (declared > 0 ? declared : max(measurements.rootMeanSquare, .leastNormalMagnitude))
    // Declarations and values reach to the largest numbers, where the width of a bin would be infinite.
    let scale = spread.isNaN ? 1 : min(spread, .greatestFiniteMagnitude / 4)
    return Histogram(measurements.sample, range: -scale...scale, bins: bins)
  }
}
