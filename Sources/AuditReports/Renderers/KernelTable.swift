import Tensors
import WeightAudit

/// One line for each kernel: scale against the declared one, the distribution, the rules that spoke.
struct KernelTable {
  private let file: FileReport
  private let options: RenderOptions

  init(_ file: FileReport, _ options: RenderOptions) {
    self.file = file
    self.options = options
  }

  var lines: [String] {
    let isWide = options.width >= 100
    var rows = [
      ["", "kernel", "shape", "std"] + (isWide ? ["initializer", "declared"] : []) + [
        "×", "distribution", "rules",
      ]
    ]
    for kernel in file.kernels {
      let found = file.active.filter { $0.finding.path == kernel.path }
      let expected = kernel.declaration?.expectations.first
      let deviation = kernel.measurements.standardDeviation
      let ratio = expected.flatMap { $0.standardDeviation > 0 ? deviation / $0.standardDeviation : nil }
      var row = [found.map(\.finding.severity).max()?.glyph ?? "✓", kernel.name.oneLine]
      row.append(kernel.spec.shape.dimensions.map(String.init).joined(separator: "×"))
      row.append(Numbers.short(deviation))
      if isWide {
        row.append(kernel.declaration?.initializer.oneLine ?? "–")
        row.append(expected.map { Numbers.short($0.standardDeviation) } ?? "–")
      }
      row.append(ratio.map { Numbers.short($0) } ?? "–")
      row.append(histogram(kernel))
      row.append(found.flatMap { [$0.finding.rule.id] + $0.finding.folded }.joined(separator: " "))
      rows.append(row)
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(
        separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Twelve columns across ±3.2 declared standard deviations, so that a wrong scale shows as a shape; without a declaration
  /// across those that were measured.
  private func histogram(_ kernel: AuditedTensor) -> String {
    let expected = kernel.declaration?.expectations.first
    let deviation = expected.map(\.standardDeviation) ?? 0
    let scale =
      3.2 * (deviation > 0 ? deviation : max(kernel.measurements.rootMeanSquare, .leastNormalMagnitude))
    let counts = Histogram.counts(kernel.measurements.sample, range: -scale...scale, bins: 12)
    let largest = counts.max() ?? 0
    let bars = Array(" ▁▂▃▄▅▆▇█")
    return String(
      counts.map { count in
        largest == 0 || count == 0 ? bars[0] : bars[max(1, count * 8 / largest)]
      })
  }
}

/// How values spread over equal bins; those beyond the ends count in the last ones.
enum Histogram {
  static func counts(_ values: [Double], range: ClosedRange<Double>, bins: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: bins)
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    for value in values where value.isFinite {
      let place = (value - range.lowerBound) / width
      counts[place < 0 ? 0 : place >= Double(bins) || place.isNaN ? bins - 1 : Int(place)] += 1
    }
    return counts
  }
}
