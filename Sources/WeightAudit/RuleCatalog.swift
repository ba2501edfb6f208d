/// A rule about declarations, applied before any value is drawn.
///
/// A new rule is one type in `Rules` and its line in `RuleCatalog`.
package protocol DeclarationRule: SendableMetatype {
  static var descriptor: RuleDescriptor { get }
  static func findings(in model: DeclaredModel) -> [Finding]
}

package enum RuleCatalog {
  /// Sorted by identifier.
  package static let declarationRules: [any DeclarationRule.Type] = [
    VanishingSignal.self,
    ExplodingSignal.self,
    ActivationGain.self,
    ZeroKernel.self,
    ConstantKernel.self,
    TiedInitialization.self,
    ReusedStream.self,
  ]

  /// What all rules say of a model.
  package static func findings(in model: DeclaredModel) -> [Finding] {
    declarationRules.flatMap { $0.findings(in: model) }
  }
}
