import Tensors
import Text
import WeightAudit

/// What a second look at kernels told, as tables: their spectra, and what another type would lose.
struct DetailTables {
  private let file: FileReport
  private let width: Int
  private let limit: Int

  /// - Parameters:
  ///   - file: the report.
  ///   - width: the number of columns of the terminal.
  ///   - limit: how many kernels are shown.
  init(_ file: FileReport, width: Int, limit: Int) {
    self.file = file
    self.width = width
    self.limit = limit
  }

  /// The tables; none where nothing was asked for.
  var lines: [String] {
    let details = file.detailed
    var lines: [String] = []
    let spectra = details.compactMap { tensor, details in details.spectrum.map { (tensor, $0) } }
    if !spectra.isEmpty { lines += self.spectra(spectra) + [""] }
    let rounded = details.compactMap { tensor, details in details.rounding.map { (tensor, $0) } }
    if !rounded.isEmpty { lines += rounding(rounded) + [""] }
    let left = Dictionary(grouping: details.filter { $0.1.reason != nil }) { $0.1.reason ?? "" }
    for (reason, kernels) in left.sorted(by: { $0.key < $1.key }) {
      let text = "not measured: \(NameList.text(kernels.map(\.0.name.safe))): \(reason)"
      lines += TextWrapping.lines(text, width: width, hangingIndent: "  ") + [""]
    }
    return lines
  }

  private func spectra(_ spectra: [(AuditedTensor, KernelSpectrum)]) -> [String] {
    var cells = [
      ["", "kernel", "alpha", "D", "alpha·log λ", "log norm", "log λmax", "stable rank", "effective rank"]
    ]
    func text(_ value: Double?) -> String { value.map(ReportNumber.short) ?? "–" }
    for (tensor, spectrum) in KernelTable.shown(spectra, limit: limit) {
      cells.append([
        " ", tensor.name.safe, text(spectrum.powerLaw?.alpha), text(spectrum.powerLaw?.distance),
        text(spectrum.weightedAlpha), text(spectrum.logNorm), text(spectrum.logSpectralNorm),
        text(spectrum.stableRank), text(spectrum.effectiveRank),
      ])
    }
    let legend =
      "alpha: the exponent of the spectrum's tail, 2 to 6 in well-trained layers; D: its distance from a "
      + "power law; λ: eigenvalues of WᵀW"
    let optional = ["effective rank", "log norm", "stable rank", "log λmax"]
    return KernelTable.lines(cells, width: width, optional: optional)
      + KernelTable.rest(spectra.count - limit)
      + [summary(spectra.map(\.1))].compactMap(\.self)
      + TextWrapping.lines(legend, width: width, indent: "  ")
  }

  /// The means over the kernels that have a power law.
  private func summary(_ spectra: [KernelSpectrum]) -> String? {
    guard let mean = SpectrumSummary(spectra) else { return nil }
    return "  mean of \(NumberText.counted(mean.count, "kernel")): alpha \(ReportNumber.short(mean.alpha)), "
      + "alpha·log λ \(ReportNumber.short(mean.weightedAlpha))"
  }

  private func rounding(_ rounded: [(AuditedTensor, RoundingError)]) -> [String] {
    let name = rounded.first?.1.dtype.rawValue ?? ""
    var cells = [["", "kernel", "error in \(name)", "worst channel", "to 0", "to infinity"]]
    for (tensor, error) in KernelTable.shown(rounded, limit: limit) {
      cells.append([
        " ", tensor.name.safe, ReportNumber.short(error.relative), ReportNumber.short(error.worstChannel),
        NumberText.count(error.vanished), NumberText.count(error.overflowed),
      ])
    }
    let legend =
      "error: ‖W′ − W‖ / ‖W‖ of the kernel in \(name); to 0: values that are lost altogether"
      + (name == "int8" ? "; Keras quantizes Dense, EinsumDense and Embedding alone" : "")
    return KernelTable.lines(cells, width: width) + KernelTable.rest(rounded.count - limit)
      + TextWrapping.lines(legend, width: width, indent: "  ")
  }
}

/// The means of a model's spectra, as WeightWatcher summarizes them.
struct SpectrumSummary {
  let count: Int
  let alpha, weightedAlpha, logAlphaNorm, logNorm, logSpectralNorm, stableRank: Double

  /// The result is `nil` where no spectrum has a power law.
  init?(_ spectra: [KernelSpectrum]) {
    let fitted = spectra.filter { $0.powerLaw != nil }
    guard !fitted.isEmpty else { return nil }
    func mean(_ value: (KernelSpectrum) -> Double?) -> Double {
      fitted.reduce(0) { $0 + (value($1) ?? 0) } / Double(fitted.count)
    }
    count = fitted.count
    alpha = mean { $0.powerLaw?.alpha }
    weightedAlpha = mean(\.weightedAlpha)
    logAlphaNorm = mean(\.logAlphaNorm)
    logNorm = mean(\.logNorm)
    logSpectralNorm = mean(\.logSpectralNorm)
    stableRank = mean(\.stableRank)
  }
}

extension FileReport {
  /// The tensors that were looked at twice, in the order of the file.
  var detailed: [(AuditedTensor, KernelDetails)] {
    details.isEmpty ? [] : tensors.compactMap { tensor in details[tensor.path].map { (tensor, $0) } }
  }
}
