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
  package let message: String
  /// What to do, in one sentence.
  package let remedy: String
  package let evidence: [Evidence]
  /// Whether it cannot be a false alarm: an exact statement about the file.
  package let isProof: Bool
  /// The rules whose findings are consequences of this one.
  package var folded: [String] = []

  package init(_ rule: RuleDescriptor, layer: String, _ message: String, remedy: String? = nil) {
    self.rule = rule
    severity = rule.severity
    self.layer = layer
    tensor = nil
    path = nil
    self.message = message
    self.remedy = remedy ?? rule.remedy
    evidence = []
    isProof = false
  }

  init(
    _ rule: RuleDescriptor, _ tensor: AuditedTensor, _ message: String, severity: Severity? = nil,
    remedy: String? = nil, evidence: [Evidence] = [], isProof: Bool = false
  ) {
    self.rule = rule
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
}
