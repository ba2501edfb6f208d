/// PRP001.
enum VanishingSignal: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP001", name: "predicted-vanishing",
    summary: "Signals or gradients fade away with depth.",
    rationale: "What a layer cannot see it cannot learn from: units far from the input get nothing but bias.",
    remedy: "declare \"he_normal\" before the ReLU family and \"glorot_uniform\" elsewhere, or normalise",
    source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017")

  /// Of a root mean square, or of the share of the outputs' gradient.
  private static func severity(_ value: Double) -> Severity? {
    value < 1e-6 ? .error : value < 1e-3 ? .warning : value < 1e-2 ? .note : nil
  }

  static func findings(in model: DeclaredModel) -> [Finding] {
    Crossing(rule: descriptor, verb: "vanish", severity: severity).findings(in: model, isSmall: true)
  }
}
