package import AuditReports
import TOMLKit
package import Tensors
import WeightAudit

/// The minimum severity of a finding that makes an audit fail.
package enum FailureThreshold: String, Sendable, Hashable, CaseIterable { case error, warning, note, never }

/// How one file is audited.
package struct AuditSettings: Sendable {
  package var policy = FindingPolicy()
  package var failOn = FailureThreshold.error
  /// Whether what cannot be judged is a finding.
  package var isStrict = false
  /// The standard deviation of the model's inputs.
  package var inputDeviation = 1.0
  /// The type that the weights are to be converted to.
  package var targetDType: DType?
  /// The settings file that was read, if there is one.
  package var source: String?
  /// Its overrides that have expired, one line each.
  package var expired: [String] = []

  package init() {}

  package func fails(_ file: FileReport) -> Bool {
    guard let least = Severity(rawValue: failOn.rawValue) else { return false }
    return file.active.contains { $0.finding.severity >= least }
  }

  /// The settings as a settings file would have them.
  package var toml: String {
    func list(_ texts: [String]) -> TOMLArray {
      let array = TOMLArray()
      for text in texts { array.append(text) }
      return array
    }
    let table = TOMLTable()
    table["fail-on"] = failOn.rawValue
    if !policy.rules.isEmpty { table["rule"] = list(policy.rules.map(\.description)) }
    if !policy.ignored.isEmpty { table["ignore"] = list(policy.ignored.map(\.setting)) }
    table["strict"] = isStrict
    table["input-std"] = inputDeviation
    if let targetDType { table["target-dtype"] = targetDType.rawValue }
    if let layers = policy.layers { table["layers"] = layers }
    let severities = TOMLTable()
    for item in policy.severities.sorted(by: { $0.rules.description < $1.rules.description }) {
      severities[item.rules.description] = item.severity.rawValue
    }
    if !policy.severities.isEmpty { table["severity"] = severities }
    return (source.map { "# \($0)\n" } ?? "") + table.convert(to: .toml) + "\n"
  }
}

extension DType {
  /// The names of the types that weights are converted to for a device.
  package static let targetNames = ["float16", "bfloat16", "int8"]

  package init?(targetName name: String) {
    guard Self.targetNames.contains(name), let dtype = DType(rawValue: name) else { return nil }
    self = dtype
  }
}
