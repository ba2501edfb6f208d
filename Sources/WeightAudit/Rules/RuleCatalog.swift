/// All rules of wtool.
package enum RuleCatalog {
  /// Sorted by identifier.
  package static let all: [any Rule.Type] = [
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
    DiscretizedValues.self,
    RepeatedEmbeddings.self,
    WrongArchitecture.self,
    NotJudged.self,
    ExternalReferences.self,
    OtherArithmetic.self,
    DamagedArchitecture.self,
    StoredIntegers.self,
    BlockedGradient.self,
    ConstantSoftmax.self,
    SingleValueNormalization.self,
    StackedProbabilities.self,
    RectifiedProbability.self,
    CuttingConstraint.self,
    OutputWithoutLoss.self,
    EmptyWeights.self,
    LossMismatch.self,
    NegativeVariance.self,
    DeadChannels.self,
    ZeroScale.self,
    UntouchedStatistics.self,
    RedundantBias.self,
    DisplacedMean.self,
    NotANumber.self,
    InfiniteValues.self,
    SubnormalValues.self,
    HalfPrecisionRange.self,
    VanishingSignal.self,
    ExplodingSignal.self,
    SaturatedUnits.self,
    ConstantPrediction.self,
    ForgetGateBias.self,
    RecurrentRadius.self,
    ActivationGain.self,
    UnitNormOutlier.self,
    TrainedScale.self,
    UnmovedLayers.self,
    StoppedLayers.self,
    LostFiniteness.self,
    ExplodingWeights.self,
    OscillatingWeights.self,
    DecayedDirections.self,
    GrowingStatistics.self,
    DyingUnits.self,
    UnrelatedCheckpoints.self,
    ZeroKernel.self,
    ConstantKernel.self,
    IdenticalUnits.self,
    ParallelUnits.self,
    RankDeficiency.self,
    SilentUnits.self,
    TiedInitialization.self,
    SharedStream.self,
    UnbrokenSymmetry.self,
    NeverMoved.self,
  ]

  /// Of every rule, in the same order.
  package static let descriptors: [RuleDescriptor] = all.map { $0.descriptor }

  /// The rules whose findings about the same tensor follow from those of a rule.
  static let consequences: [RuleID: Set<RuleID>] = identifiers { $0.consequences }

  /// The rules whose findings elsewhere follow from those of a rule.
  static let remoteConsequences: [RuleID: Set<RuleID>] = identifiers { $0.remoteConsequences }

  /// The rules whose findings in several tensors have one cause.
  package static let ofOneCause: Set<RuleID> = Set(all.filter { $0.hasOneCause }.map { $0.descriptor.id })

  /// The rule with this identifier; `nil` if there is none.
  package static func rule(_ id: RuleID) -> (any Rule.Type)? { all.first { $0.descriptor.id == id } }

  private static func identifiers(of rules: (any Rule.Type) -> [any Rule.Type]) -> [RuleID: Set<RuleID>] {
    Dictionary(all.map { ($0.descriptor.id, Set(rules($0).map { $0.descriptor.id })) }) { first, _ in first }
  }
}
