/// A rule about declarations, applied before any value is drawn.
///
/// A new rule is one type in `Rules` and its line in `RuleCatalog`.
package protocol DeclarationRule: SendableMetatype {
  static var descriptor: RuleDescriptor { get }
  static func findings(in model: DeclaredModel) -> [Finding]
}

package enum RuleCatalog {
  /// Rules about the values of a file, sorted by identifier.
  package static let rules: [any Rule.Type] = [
    NonZeroBias.self,
    DominatingBias.self,
    DeclaredVariance.self,
    DeclaredSupport.self,
    DeclaredConstant.self,
    DeclaredMean.self,
    DeclaredOrthogonality.self,
    DeadRectifiers.self,
    NegligibleUnits.self,
    DistributionFamily.self,
    SignImbalance.self,
    DiscretisedValues.self,
    RepeatedEmbeddings.self,
    NegativeVariance.self,
    DeadChannels.self,
    SilencedScale.self,
    UntouchedStatistics.self,
    NotANumber.self,
    InfiniteValues.self,
    SubnormalValues.self,
    HalfPrecisionRange.self,
    ForgetGateBias.self,
    RecurrentRadius.self,
    UnitNormOutlier.self,
    TrainedScale.self,
    ZeroWeights.self,
    ConstantWeights.self,
    IdenticalUnits.self,
    ParallelUnits.self,
    RankDeficiency.self,
    SilentUnits.self,
    TiedTensors.self,
    SharedStream.self,
    UnbrokenSymmetry.self,
    NeverMoved.self,
  ]

  /// Rules about declarations, sorted by identifier.
  package static let declarationRules: [any DeclarationRule.Type] = [
    BlockedGradient.self,
    RedundantBias.self,
    VanishingSignal.self,
    ExplodingSignal.self,
    SaturatedUnits.self,
    ActivationGain.self,
    ZeroKernel.self,
    ConstantKernel.self,
    TiedInitialization.self,
    ReusedStream.self,
  ]

  /// Rules about files, sorted by identifier.
  static let fileRules: [any FileRule.Type] = [WrongArchitecture.self, NotJudged.self]

  /// What they say of one.
  package static func findings(of facts: FileFacts) -> [Finding] {
    fileRules.compactMap { $0.finding(facts) }
  }

  /// The declaration rules that hold of measured scales too.
  static let propagationRules: [any DeclarationRule.Type] = [
    VanishingSignal.self, ExplodingSignal.self, SaturatedUnits.self,
  ]

  /// Those that hold of values too, fresh or trained.
  static let proofs: [any DeclarationRule.Type] = [BlockedGradient.self]

  /// Every rule once, sorted by identifier: those of values speak for those of declarations with the same one.
  package static let descriptors: [RuleDescriptor] = {
    let values = rules.map { $0.descriptor }
    let known = Set(values.map(\.id))
    let others = declarationRules.map { $0.descriptor }.filter { !known.contains($0.id) }
    return (values + others + fileRules.map { $0.descriptor }).sorted { $0.id < $1.id }
  }()

  /// What all rules say of a model's declarations.
  package static func findings(in model: DeclaredModel) -> [Finding] {
    Finding.joined(declarationRules.flatMap { $0.findings(in: model) })
  }
}
