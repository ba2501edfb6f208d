import OrderedJSON
import Tensors
import WeightAudit

/// What a second look at kernels told, for programs; spectra by WeightWatcher's names.
enum DetailJSON {
  static func spectrum(_ details: KernelDetails) -> JSONValue {
    guard let spectrum = details.spectrum else {
      return ["reason": details.reason.map { .string($0) } ?? .null]
    }
    let fit = spectrum.powerLaw
    return [
      "N": JSONValue(spectrum.longSide), "M": JSONValue(spectrum.shortSide),
      "matrices": JSONValue(spectrum.matrixCount), "num_evals": JSONValue(spectrum.eigenvalues.count),
      "alpha": number(fit?.alpha), "sigma": number(fit?.sigma), "D": number(fit?.distance),
      "xmin": number(fit?.tailStart),
      "num_pl_spikes": fit.map { JSONValue($0.tailCount) } ?? .null,
      "alpha_weighted": number(spectrum.weightedAlpha), "log_alpha_norm": number(spectrum.logAlphaNorm),
      "norm": number(spectrum.norm), "log_norm": number(spectrum.logNorm),
      "spectral_norm": number(spectrum.spectralNorm), "log_spectral_norm": number(spectrum.logSpectralNorm),
      "stable_rank": number(spectrum.stableRank), "effective_rank": number(spectrum.effectiveRank),
      "warning": spectrum.verdict.map { .string($0) } ?? .null,
    ]
  }

  static func rounding(_ rounding: RoundingError) -> JSONValue {
    [
      "dtype": .string(rounding.dtype.rawValue), "error": number(rounding.relative),
      "worst_channel": number(rounding.worstChannel), "to_zero": JSONValue(rounding.vanished),
      "to_infinity": JSONValue(rounding.overflowed),
    ]
  }

  /// The means over a model; `nil` where no spectrum has a power law.
  static func summary(_ file: FileReport) -> JSONValue? {
    guard let mean = SpectrumSummary(file.detailed.compactMap(\.1.spectrum)) else { return nil }
    return [
      "kernels": JSONValue(mean.count), "alpha": number(mean.alpha),
      "alpha_weighted": number(mean.weightedAlpha), "log_alpha_norm": number(mean.logAlphaNorm),
      "log_norm": number(mean.logNorm), "log_spectral_norm": number(mean.logSpectralNorm),
      "stable_rank": number(mean.stableRank),
    ]
  }

  private static func number(_ value: Double?) -> JSONValue { value.map(JSONRenderer.number) ?? .null }
}
