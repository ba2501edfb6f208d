import KerasArchitecture

/// The mean and standard deviation that both normal initializers take.
struct NormalParameters: Sendable, CustomStringConvertible {
  let mean, deviation: Double

  init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["mean", "stddev", "seed"])
    mean = try config.double("mean", default: 0)
    deviation = try config.double("stddev", default: 0.05)
    guard deviation >= 0 else { throw config.error("`stddev` must not be negative; found \(deviation)") }
  }

  var description: String { "mean=\(mean), stddev=\(deviation)" }
}
