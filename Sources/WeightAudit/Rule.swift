/// A rule about the values of a file: a pure function from measurements to findings.
///
/// A new rule is one type in `Rules` and its line in `RuleCatalog`.
package protocol Rule: SendableMetatype {
  static var descriptor: RuleDescriptor { get }
  /// Small tensors that it must find, and others that it must pass over. They are its tests and its documentation.
  static var examples: [RuleExample] { get }
  static func findings(in model: AuditedModel) -> [Finding]
}

/// A rule that looks at one tensor at a time.
protocol TensorRule: Rule {
  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding?
}

extension TensorRule {
  package static func findings(in model: AuditedModel) -> [Finding] {
    model.tensors.compactMap { finding($0, in: model) }
  }
}
