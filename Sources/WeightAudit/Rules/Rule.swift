/// A check of the values of a file, of declarations, or of a file as a whole: pure functions to findings.
///
/// A new rule is one type in `Rules` and its line in `RuleCatalog`.
package protocol Rule: SendableMetatype {
  static var descriptor: RuleDescriptor { get }
  /// Small models that the rule must report, and others that it must pass: its tests and its documentation.
  static var examples: [RuleExample] { get }
  /// The rules whose findings about the same tensor follow from this rule's: its finding lists them instead.
  static var consequences: [any Rule.Type] { get }
  /// The rules whose findings elsewhere in the model follow from this rule's, where they name its tensor as a
  /// cause: their messages are appended to its finding.
  static var remoteConsequences: [any Rule.Type] { get }

  /// Whether what it finds in several tensors has one cause, so that one finding names them all.
  static var hasOneCause: Bool { get }

  /// What the rule finds in the values of a file.
  static func judge(_ values: AuditedModel) -> [Finding]
  /// What the rule finds in a model's declarations, before any value is drawn.
  static func judge(_ declarations: WeightedGraph) -> [Finding]
  /// What the rule finds in a file as a whole.
  static func judge(_ file: FileFacts) -> [Finding]
  /// What the rule finds in the checkpoints of a training.
  static func judge(_ series: AuditedSeries) -> [Finding]

  /// The work of judging values, in parts that may run at the same time; their findings are joined in order.
  static func tasks(judging values: AuditedModel) -> [@Sendable () -> [Finding]]
}

extension Rule {
  package static var consequences: [any Rule.Type] { [] }
  package static var remoteConsequences: [any Rule.Type] { [] }
  package static var hasOneCause: Bool { false }
  package static func judge(_ values: AuditedModel) -> [Finding] { [] }
  package static func judge(_ declarations: WeightedGraph) -> [Finding] { [] }
  package static func judge(_ file: FileFacts) -> [Finding] { [] }
  package static func judge(_ series: AuditedSeries) -> [Finding] { [] }

  package static func tasks(judging values: AuditedModel) -> [@Sendable () -> [Finding]] {
    [{ judge(values) }]
  }
}

/// A rule that looks at one tensor at a time.
protocol TensorRule: Rule {
  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding?
}

extension TensorRule {
  package static func judge(_ values: AuditedModel) -> [Finding] {
    values.tensors.compactMap { judge($0, in: values) }
  }

  package static func tasks(judging values: AuditedModel) -> [@Sendable () -> [Finding]] {
    let size = 16
    return stride(from: 0, to: values.tensors.count, by: size).map { start in
      let end = min(values.tensors.count, start + size)
      return { values.tensors[start..<end].compactMap { judge($0, in: values) } }
    }
  }
}
