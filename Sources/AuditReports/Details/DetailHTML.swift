import Tensors
import Text
import WeightAudit

/// What a second look at kernels told, as tables of a page.
enum DetailHTML {
  /// - Returns: sections of a page; empty where nothing was asked for.
  static func html(_ file: FileReport) -> String {
    let details = file.detailed
    let spectra = details.compactMap { tensor, details in details.spectrum.map { (tensor, $0) } }
    let rounded = details.compactMap { tensor, details in details.rounding.map { (tensor, $0) } }
    var sections: [String] = []
    if !spectra.isEmpty {
      sections.append(
        table(
          "Spectra",
          "Eigenvalues λ of WᵀW; alpha is the exponent of their tail, 2 to 6 in well-trained layers, and D "
            + "its distance from a power law.",
          ["kernel", "alpha", "D", "alpha·log λ", "log norm", "log λmax", "stable rank", "effective rank"],
          spectra.map { tensor, spectrum in
            [tensor.name]
              + [
                spectrum.powerLaw?.alpha, spectrum.powerLaw?.distance, spectrum.weightedAlpha,
                spectrum.logNorm,
                spectrum.logSpectralNorm, spectrum.stableRank, spectrum.effectiveRank,
              ].map { $0.map(ReportNumber.short) ?? "–" }
          }))
    }
    if let first = rounded.first {
      sections.append(
        table(
          "Rounding to \(first.1.dtype.rawValue)", "The error is ‖W′ − W‖ / ‖W‖.",
          ["kernel", "error", "worst channel", "to 0", "to infinity"],
          rounded.map { tensor, error in
            [
              tensor.name, ReportNumber.short(error.relative), ReportNumber.short(error.worstChannel),
              NumberText.count(error.vanished), NumberText.count(error.overflowed),
            ]
          }))
    }
    return sections.joined(separator: "\n")
  }

  private static func table(_ title: String, _ why: String, _ head: [String], _ rows: [[String]]) -> String {
    let body = rows.map { cells in
      let rest = cells.dropFirst().map { "<td class=\"n\">\(Markup.escaped($0.safe))</td>" }
      return "<tr><td><code>\(Markup.escaped((cells.first ?? "").safe))</code></td>\(rest.joined())</tr>"
    }
    return """
      <h2>\(title)</h2>
      <p class="why">\(why)</p>
      <div class="scroll"><table>
      <thead><tr>\(head.map { "<th>\($0)</th>" }.joined())</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }
}
