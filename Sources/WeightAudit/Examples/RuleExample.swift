/// A small model or file that a rule must report, or must pass.
package struct RuleExample: Sendable {
  /// What a rule judges in an example.
  enum Subject: Sendable {
    case values([ExampleTensor], assumed: AuditState.Value?, iterations: Int?)
    case declarations(ExampleNetwork)
    case measuredNetwork(ExampleNetwork)
    case file(FileFacts)
    case series(ExampleSeries)
  }

  /// What the example shows, in a few words.
  package let title: String
  /// Whether the rule must find something.
  package let triggers: Bool
  let subject: Subject

  private init(_ title: String, triggers: Bool, _ subject: Subject) {
    self.title = title
    self.triggers = triggers
    self.subject = subject
  }

  /// Tensors of a file that the rule must report.
  static func found(
    _ title: String, _ tensors: [ExampleTensor], assumed: AuditState.Value? = nil, iterations: Int? = nil
  ) -> RuleExample {
    RuleExample(title, triggers: true, .values(tensors, assumed: assumed, iterations: iterations))
  }

  /// Tensors of a file that the rule must pass.
  static func passed(
    _ title: String, _ tensors: [ExampleTensor], assumed: AuditState.Value? = nil, iterations: Int? = nil
  ) -> RuleExample {
    RuleExample(title, triggers: false, .values(tensors, assumed: assumed, iterations: iterations))
  }

  /// Checkpoints that the rule must report.
  static func found(_ title: String, series tensors: [ExampleHistory]) -> RuleExample {
    RuleExample(title, triggers: true, .series(ExampleSeries(tensors)))
  }

  /// Checkpoints that the rule must pass.
  static func passed(_ title: String, series tensors: [ExampleHistory]) -> RuleExample {
    RuleExample(title, triggers: false, .series(ExampleSeries(tensors)))
  }

  /// Anything else that the rule must report.
  static func found(_ title: String, _ subject: Subject) -> RuleExample {
    RuleExample(title, triggers: true, subject)
  }

  /// Anything else that the rule must pass.
  static func passed(_ title: String, _ subject: Subject) -> RuleExample {
    RuleExample(title, triggers: false, subject)
  }

  /// What a rule finds in the example.
  package func findings(of rule: any Rule.Type) -> [Finding] {
    switch subject {
    case .values(let tensors, let assumed, let iterations):
      rule.judge(Self.model(tensors, assumed: assumed, iterations: iterations))
    case .declarations(let network): rule.judge(network.graph)
    case .measuredNetwork(let network):
      rule.judge(AuditedModel(tensors: [], measuredGraph: network.graph, assumed: .fresh))
    case .file(let facts): rule.judge(facts)
    case .series(let example): rule.judge(example.series)
    }
  }

  /// The tensors as if they had been read from a file; each is the weight of its index.
  private static func model(
    _ tensors: [ExampleTensor], assumed: AuditState.Value?, iterations: Int?
  ) -> AuditedModel {
    let contexts = tensors.enumerated().compactMap { index, tensor in tensor.context.map { (index, $0) } }
    return AuditedModel(
      tensors: tensors.enumerated().map { $1.audited(weight: $0) }, iterations: iterations, assumed: assumed,
      contexts: Dictionary(contexts) { first, _ in first })
  }
}
