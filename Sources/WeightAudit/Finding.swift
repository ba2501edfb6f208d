/// A rule's verdict about one place of a model.
package struct Finding: Sendable, Hashable {
  /// A number that a message rests on, for programs.
  package struct Evidence: Sendable, Hashable {
    package let name: String
    package let value: Double

    init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  package let rule: RuleDescriptor
  package var severity: Severity
  /// The layer, or the first of the layers, concerned.
  package let layer: String
  /// The tensor's name, and its path in the file; `nil` if it is about a whole layer or model.
  package let tensor: String?
  package let path: String?
  /// The number, the reference and the consequence, in one sentence.
  package private(set) var message: String
  /// What to do, in one sentence.
  package let remedy: String
  package let evidence: [Evidence]
  /// Whether it cannot be a false alarm: an exact statement about the file.
  package let isProof: Bool
  /// The rules whose findings are consequences of this one.
  package var folded: [String] = []
  /// The tensors, by name, that this comes from.
  private let causes: [String]

  package init(
    _ rule: RuleDescriptor, layer: String, tensor: String? = nil, causes: [String] = [], _ message: String,
    severity: Severity? = nil, remedy: String? = nil, evidence: [Evidence] = [], isProof: Bool = false
  ) {
    self.rule = rule
    self.severity = severity ?? rule.severity
    self.layer = layer
    self.tensor = tensor
    self.causes = causes
    path = nil
    self.message = message
    self.remedy = remedy ?? rule.remedy
    self.evidence = evidence
    self.isProof = isProof
  }

  init(
    _ rule: RuleDescriptor, _ tensor: AuditedTensor, _ message: String, severity: Severity? = nil,
    remedy: String? = nil, evidence: [Evidence] = [], isProof: Bool = false
  ) {
    self.rule = rule
    causes = []
    self.severity = severity ?? rule.severity
    layer = tensor.layer
    self.tensor = tensor.name
    path = tensor.path
    self.message = message
    // The catalogue does not know the layer.
    self.remedy = (remedy ?? rule.remedy).replacing("LAYER", with: tensor.layer)
    self.evidence = evidence
    self.isProof = isProof
  }

  /// Puts what a finding causes elsewhere into its own message: one fault is told once.
  static func joined(_ findings: [Finding]) -> [Finding] {
    var findings = findings
    for consequence in findings.filter({ !$0.causes.isEmpty }) {
      guard
        let cause = findings.firstIndex(where: { finding in
          finding.tensor.map { consequence.causes.contains($0) } == true
            && finding.rule.id == ZeroWeights.descriptor.id
        })
      else { continue }
      findings[cause].message += "; \(consequence.message)"
      findings[cause].severity = max(findings[cause].severity, consequence.severity)
      findings[cause].folded.append(consequence.rule.id)
      findings.removeAll { $0 == consequence }
    }
    return findings
  }
}
