/// PRP002.
enum ExplodingSignal: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP002", name: "predicted-exploding",
    summary: "Signals or gradients grow beyond use with depth.",
    rationale: "Saturated units have no gradient and huge ones overflow.",
    remedy: "declare \"he_normal\" before the ReLU family and \"glorot_uniform\" elsewhere, or normalise",
    source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017")

  /// Of a root mean square, or of the multiple of the outputs' gradient.
  private static func severity(_ value: Double) -> Severity? {
    value > 1e6 ? .error : value > 1e3 ? .warning : nil
  }

  static func findings(in model: DeclaredModel) -> [Finding] {
    Crossing(rule: descriptor, verb: "explode", severity: severity).findings(in: model, isSmall: false)
  }
}
