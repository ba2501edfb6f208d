import Synchronization
package import Tensors

/// What a second look at a kernel tells, which holds all of its values in memory.
package struct KernelDetails: Sendable, Hashable {
  /// What is looked for.
  package struct Request: Sendable {
    /// Whether the spectrum is wanted.
    package var spectrum = false
    /// The type that the weights are to be converted to.
    package var dtype: DType?

    package init() {}

    package var isEmpty: Bool { !spectrum && dtype == nil }
  }

  package internal(set) var spectrum: KernelSpectrum?
  package internal(set) var rounding: RoundingError?
  /// Why there is no spectrum, or nothing at all; `nil` if there is what was looked for.
  package internal(set) var reason: String?

  /// More eigenvalues take minutes.
  package static let eigenvalueLimit = 15_000

  init() {}

  /// - Parameter reason: why nothing was looked at.
  package init(reason: String) { self.reason = reason }

  /// Looks at kernels.
  ///
  /// - Parameters:
  ///   - kernels: the tensors, each with its matrices.
  ///   - request: what is looked for.
  ///   - valueLimit: how many values of a kernel are held in memory.
  ///   - workers: the number of threads; no effect on the result.
  /// - Returns: what was found, in the same order.
  /// - Throws: if values cannot be read.
  package static func measure(
    _ kernels: [(scan: ScanRequest, layout: MatrixLayout)], _ request: Request, valueLimit: Int, workers: Int
  ) async throws(SourceFailure) -> [KernelDetails] {
    let results = Mutex([KernelDetails](repeating: KernelDetails(), count: kernels.count))
    try await forEachIndex(below: kernels.count, workers: workers) { index throws(SourceFailure) in
      let (scan, layout) = kernels[index]
      let details = try Self.details(scan, layout, request, valueLimit: valueLimit)
      results.withLock { $0[index] = details }
    }
    return results.withLock { $0 }
  }

  private static func details(
    _ scan: ScanRequest, _ layout: MatrixLayout, _ request: Request, valueLimit: Int
  ) throws(SourceFailure) -> KernelDetails {
    guard scan.spec.elementCount <= valueLimit else {
      return KernelDetails(reason: "more than \(valueLimit) values (--max-memory)")
    }
    var details = KernelDetails()
    let values = scan.spec.dtype.floats(try scan.bytes(0..<scan.spec.elementCount))
    guard values.allSatisfy(\.isFinite) else { return KernelDetails(reason: "values that are not finite") }
    if let dtype = request.dtype { details.rounding = RoundingError(values, layout, to: dtype) }
    guard request.spectrum else { return details }
    let side = min(layout.rows, layout.columns)
    if layout.eigenvalueCount < KernelSpectrum.leastCount {
      details.reason = "fewer than \(KernelSpectrum.leastCount) eigenvalues"
    } else if layout.eigenvalueCount > eigenvalueLimit {
      details.reason = "more than \(eigenvalueLimit) eigenvalues"
    } else if CheckedSize(side).times(side).value ?? .max > CheckedSize(valueLimit).times(2).value ?? .max {
      details.reason = "a matrix of \(side) by \(side) to be held in memory (--max-memory)"
    } else if let spectrum = KernelSpectrum(values, layout) {
      details.spectrum = spectrum
    } else {
      details.reason = "values whose squares are too large"
    }
    return details
  }
}
