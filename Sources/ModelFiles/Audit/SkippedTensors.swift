import AuditReports
import Failures
import Tensors
import Text
import WeightAudit
import WeightFiles

/// The tensors of a file that no rule, or no rule about declared values, could judge.
struct SkippedTensors {
  let items: [FileReport.Skipped]

  /// - Throws: if nothing in the file can be judged.
  init(_ model: AuditedModel, _ stored: StoredModel) throws(ModelFileError) {
    items = model.tensors.compactMap { Self.skipped($0, stored) }
    guard
      items.contains(where: \.isPartial) || items.count < model.tensors.count
        || !stored.catalog.externals.isEmpty
    else {
      let reason = items.first?.reason ?? "there is none"
      throw ModelFileError(
        .unsupported, in: stored.catalog.name, "no tensor can be judged: \(reason)")
    }
  }

  private static func skipped(_ tensor: AuditedTensor, _ stored: StoredModel) -> FileReport.Skipped? {
    func skipped(_ reason: String, isPartial: Bool = false) -> FileReport.Skipped {
      .init(tensor: tensor.name, reason: reason, isPartial: isPartial)
    }
    if tensor.measurements.count == 0 { return skipped("it is empty") }
    if !tensor.spec.dtype.isFloatingPoint {
      return skipped("its \(tensor.spec.dtype.rawValue) values are judged by no rule")
    }
    guard stored.architecture != nil else { return skipped(missingArchitecture(stored), isPartial: true) }
    if !tensor.isOfModel { return skipped("it is not a weight of the model, or a second copy of one") }
    guard tensor.declaration == nil else { return nil }
    return skipped("its initializer is unknown: its distribution is not checked", isPartial: true)
  }

  private static func missingArchitecture(_ stored: StoredModel) -> String {
    if stored.mismatch != nil {
      return "the architecture is of another model: pass --model ARCH to check declared values"
    }
    guard stored.catalog.hasArchitecture, let reason = stored.unusableArchitecture else {
      return "weights only: pass --model ARCH to check declared values"
    }
    return
      "the architecture stored in the file cannot be used: \(reason); pass --model ARCH to check declared "
      + "values"
  }
}
