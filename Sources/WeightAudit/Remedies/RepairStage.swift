/// How far a repair goes: each stage is tried where the one before leaves findings.
package enum RepairStage: CaseIterable, Sendable {
  /// Kernels of hidden layers that are plainly off.
  case faulty
  /// Every kernel of a hidden layer that has not the exact scale.
  case exact
  /// Output layers too.
  case outputs
  /// The last kernels of residual branches, so that their sum stays in scale: Zhang et al., "Fixup", ICLR
  /// 2019, who set them to zero.
  case branches

  /// The factor by which a kernel's mean square may be off.
  var factor: Double { self == .faulty ? 1.5 : 1.05 }
}
