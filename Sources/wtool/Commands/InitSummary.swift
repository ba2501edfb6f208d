import Initialization
import KerasArchitecture
import OrderedJSON
import RandomStreams
import WeightAudit

/// What `wtool init` did.
struct InitSummary {
  let plan: WeightPlan
  let findings: [Finding]
  /// `nil` if nothing was written.
  let output: String?
  let byteCount: Int64?
  let seconds: Double
  /// What was copied rather than drawn.
  let transfer: WeightTransfer?

  var text: String {
    let totals = plan.totals
    let target =
      if let output { "\(output == "-" ? "standard output" : output): " } else { "nothing written: " }
    let size = byteCount.map { ", \(Format.bytes(Int($0)))" } ?? ""
    return target + "\(plan.architecture.layers.count) layers, \(totals.tensors) weights, "
      + "\(Format.count(totals.parameters)) parameters\(size), seed \(plan.seed), "
      + "\(Format.decimal(seconds, places: 2)) s\n" + transferText
  }

  private var transferText: String {
    guard let transfer else { return "" }
    let drawn = transfer.drawn
    let list = drawn.prefix(20).joined(separator: ", ") + (drawn.count > 20 ? " … (--json lists all)" : "")
    return "copied \(transfer.copied.count) weights from \(transfer.file); "
      + (drawn.isEmpty ? "drew none\n" : "drew \(drawn.count): \(list)\n")
  }

  var json: JSONValue {
    let totals = plan.totals
    return [
      "schema": "init-1",
      "output": output.map { .string($0) } ?? .null,
      "name": .string(plan.architecture.model.name),
      "keras_version": .string(plan.architecture.generation.version),
      "backend": .string(plan.backend.rawValue),
      "seed": JSONValue(Int(plan.seed)),
      "layers": JSONValue(plan.architecture.layers.count),
      "weights": JSONValue(totals.tensors),
      "parameters": JSONValue(totals.parameters),
      "trainable_parameters": JSONValue(totals.trainableParameters),
      "bytes": byteCount.map { JSONValue(Int($0)) } ?? .null,
      "seconds": JSONValue((seconds * 1000).rounded() / 1000),
      "warnings": .array(findings.map(\.json)),
      "guesses": GuessReport(plan).json,
      "from": transfer.map { .string($0.file) } ?? .null,
      "copied": transfer.map { .array($0.copied.map { .string($0) }) } ?? [],
      "drawn": transfer.map { .array($0.drawn.map { .string($0) }) } ?? .null,
    ]
  }
}

extension Finding {
  /// The finding as reports give it.
  var json: JSONValue {
    [
      "rule": .string(rule.id), "name": .string(rule.name), "layer": .string(layer),
      "message": .string(message), "remedy": .string(remedy),
    ]
  }
}
