import Text
package import WeightAudit

/// A finding with what the user has said of it.
package struct ReportedFinding: Sendable {
  package private(set) var finding: Finding
  /// The same for the same rule and tensor in every run: it does not depend on values.
  package let id: String
  /// Why it does not count; `nil` if it is not suppressed.
  package let suppression: String?
  /// Whether it is missing from the baseline.
  package let isNew: Bool
  /// The same finding at other places, which one cause has spread to.
  package private(set) var others: [ReportedFinding] = []
  /// Whether the file does not describe its model.
  var isOfWeightsAlone = false

  package init(_ finding: Finding, id: String, suppression: String?, isNew: Bool) {
    self.finding = finding
    self.id = id
    self.suppression = suppression
    self.isNew = isNew
  }

  /// The finding and those at other places.
  package var all: [ReportedFinding] { [self] + others }

  /// Whether it counts: neither suppressed nor known.
  package var isActive: Bool { suppression == nil && isNew }

  /// One finding for what has spread through many tensors, of those of which the user has said the same: the
  /// first one names the others.
  ///
  /// - Parameter findings: in the order of the file.
  /// - Returns: in the same order.
  package static func gathered(_ findings: [ReportedFinding]) -> [ReportedFinding] {
    struct Cause: Hashable {
      let rule: RuleID
      let severity: Severity
      let suppression: String?
      let isNew: Bool
    }
    var result: [ReportedFinding] = []
    var places: [Cause: Int] = [:]
    for reported in findings {
      let finding = reported.finding
      guard RuleCatalog.ofOneCause.contains(finding.rule.id) else {
        result.append(reported)
        continue
      }
      let cause = Cause(
        rule: finding.rule.id, severity: finding.severity, suppression: reported.suppression,
        isNew: reported.isNew)
      if let place = places[cause] {
        result[place].others.append(reported)
      } else {
        places[cause] = result.count
        result.append(reported)
      }
    }
    return result.map(\.namingOthers)
  }

  private var namingOthers: ReportedFinding {
    guard !others.isEmpty else { return self }
    var result = self
    let names = NameList.text(others.map(\.place), limit: 8)
    result.finding = finding.spread(
      "so are values of \(NumberText.counted(others.count, "other tensor")): \(names)",
      folding: others.flatMap(\.finding.folded))
    return result
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
