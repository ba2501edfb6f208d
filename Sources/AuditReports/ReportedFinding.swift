package import WeightAudit

/// A finding with what the user has said of it.
package struct ReportedFinding: Sendable {
  package let finding: Finding
  /// The same for the same rule and tensor in every run: it does not depend on values.
  package let id: String
  /// Why it does not count; `nil` if it is not suppressed.
  package let suppression: String?
  /// Whether it is missing from the baseline.
  package let isNew: Bool
  /// Whether the file does not describe its model.
  var isOfWeightsAlone = false

  package init(_ finding: Finding, id: String, suppression: String?, isNew: Bool) {
    self.finding = finding
    self.id = id
    self.suppression = suppression
    self.isNew = isNew
  }

  /// The tensor's name, or else the layer's.
  var place: String {
    let name = finding.tensor ?? finding.layer
    return name.isEmpty ? "the file" : name
  }

  var remedy: String { RemedyText(finding.remedy, isOfWeightsAlone: isOfWeightsAlone).description }

  /// The finding's rule and those of its consequences.
  var rules: [RuleID] { [finding.rule.id] + finding.folded }

  /// Place, message and remedy in two sentences.
  var sentences: String { "\(place): \(finding.message). Remedy: \(remedy)." }
}
