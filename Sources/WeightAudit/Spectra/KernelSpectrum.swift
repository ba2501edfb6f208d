import SignalGraph

/// The eigenvalues of WᵀW for a kernel W, and what is read from them, by WeightWatcher's names and formulas.
///
/// A convolution is as many matrices as its window has places; their eigenvalues are joined, each times one
/// half.
package struct KernelSpectrum: Sendable, Hashable {
  /// The larger and the smaller side of a matrix.
  package let longSide, shortSide: Int
  /// How many matrices there are.
  package let matrixCount: Int
  /// In increasing order.
  package let eigenvalues: [Double]
  /// `nil` where no power law can be fitted.
  package let powerLaw: PowerLawFit?

  /// Fewer eigenvalues tell nothing.
  package static let leastCount = 8
  /// Whether training went on too long, or not long enough, by the exponent. Martin & Mahoney, JMLR 22, 2021.
  package static let healthyAlpha = 2.0...6.0

  /// The result is `nil` if values are not finite, or too large for their squares.
  ///
  /// - Parameters:
  ///   - values: matrix after matrix, each row by row.
  ///   - layout: how they are matrices.
  init?(_ values: [Float], _ layout: MatrixLayout) {
    let size = layout.rows * layout.columns
    guard size > 0, values.count == size * layout.count, values.allSatisfy(\.isFinite) else { return nil }
    (longSide, shortSide) = (max(layout.rows, layout.columns), min(layout.rows, layout.columns))
    matrixCount = layout.count
    let factor = layout.isConvolution ? 0.5 : 1
    var joined: [Double] = []
    for index in 0..<layout.count {
      let matrix = SymmetricMatrix(
        gramOf: values[index * size..<(index + 1) * size], rows: layout.rows, columns: layout.columns)
      guard matrix.trace.isFinite else { return nil }
      joined += matrix.eigenvalues().map { max(0, $0) * factor }
    }
    eigenvalues = joined.sorted()
    powerLaw = PowerLawFit(eigenvalues)
  }

  /// ‖W‖², the sum of all eigenvalues.
  package var norm: Double { eigenvalues.reduce(0, +) }

  /// The largest eigenvalue.
  package var spectralNorm: Double { eigenvalues.last ?? 0 }

  /// How many directions share the kernel's weight: the norm over the spectral norm.
  package var stableRank: Double { spectralNorm > 0 ? norm / spectralNorm : 0 }

  /// The exponential of the entropy of the singular values' shares. Roy & Vetterli, EUSIPCO 2007.
  package var effectiveRank: Double {
    let roots = eigenvalues.map { $0.squareRoot() }
    let sum = roots.reduce(0, +)
    guard sum > 0 else { return 0 }
    let entropy = roots.reduce(0) { total, root in
      root > 0 ? total - root / sum * Elementary.logarithm(root / sum) : total
    }
    return Elementary.exponential(entropy)
  }

  /// The logarithm of the norm to the base 10.
  package var logNorm: Double { Elementary.decimalLogarithm(norm) }

  package var logSpectralNorm: Double { Elementary.decimalLogarithm(spectralNorm) }

  /// α · log₁₀ λmax.
  package var weightedAlpha: Double? { powerLaw.map { $0.alpha * logSpectralNorm } }

  /// log₁₀ Σ λ^α.
  package var logAlphaNorm: Double? {
    guard let alpha = powerLaw?.alpha, spectralNorm > 0 else { return nil }
    // The largest one is taken out, so that no power is too large.
    let sum = eigenvalues.reduce(0) { total, value in
      value > 0 ? total + Elementary.power(value / spectralNorm, alpha) : total
    }
    return alpha * logSpectralNorm + Elementary.decimalLogarithm(sum)
  }

  /// `over-trained` below two, `under-trained` above six; `nil` between.
  package var verdict: String? {
    guard let alpha = powerLaw?.alpha else { return nil }
    if alpha < Self.healthyAlpha.lowerBound { return "over-trained" }
    return alpha > Self.healthyAlpha.upperBound ? "under-trained" : nil
  }
}
