import ArgumentParser
import AuditReports
import TOMLKit
import Tensors
import WeightAudit

/// The least severity that counts as a failure.
enum FailOn: String, Sendable, ExpressibleByArgument, CaseIterable { case error, warning, note, never }

/// How one file is audited.
struct AuditSettings: Sendable {
  let policy: FindingPolicy
  let failOn: FailOn
  let isStrict: Bool
  /// The standard deviation of the inputs.
  let inputDeviation: Double
  let targetDType: DType?
  /// The configuration file, if there is one, and its exceptions that are no longer made.
  let source: String?
  let expired: [String]

  func fails(_ file: FileReport) -> Bool {
    guard let least = Severity(rawValue: failOn.rawValue) else { return false }
    return file.active.contains { $0.finding.severity >= least }
  }

  /// The settings as a `.wtool.toml` would have them.
  var toml: String {
    func list(_ texts: [String]) -> TOMLArray {
      let array = TOMLArray()
      for text in texts { array.append(text) }
      return array
    }
    let table = TOMLTable()
    table["fail-on"] = failOn.rawValue
    if !policy.rules.isEmpty { table["rule"] = list(policy.rules) }
    if !policy.ignored.isEmpty {
      table["ignore"] = list(policy.ignored.map { $0.rule + ($0.place.map { ":\($0)" } ?? "") })
    }
    table["strict"] = isStrict
    table["input-std"] = inputDeviation
    if let targetDType { table["target-dtype"] = targetDType.rawValue }
    if let layers = policy.layers { table["layers"] = layers }
    let severities = TOMLTable()
    for (rule, severity) in policy.severities.sorted(by: { $0.key < $1.key }) {
      severities[rule] = severity.rawValue
    }
    if !policy.severities.isEmpty { table["severity"] = severities }
    return (source.map { "# \($0)\n" } ?? "") + table.convert(to: .toml) + "\n"
  }
}
