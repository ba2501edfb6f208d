import AuditReports
package import Initialization
import KerasArchitecture
package import OrderedJSON
import RandomStreams
import Text
package import WeightAudit
package import WeightFiles

/// What an initialization did, as a line for people and as JSON for programs.
package struct InitReport: Sendable {
  /// What was written.
  package struct Output: Sendable {
    package let destination: OutputDestination
    package let byteCount: Int64

    package init(_ destination: OutputDestination, byteCount: Int64) {
      self.destination = destination
      self.byteCount = byteCount
    }
  }

  private let plan: WeightPlan
  private let findings: [Finding]
  private let transfer: WeightTransfer?
  private let output: Output?
  private let seconds: Double

  /// - Parameters:
  ///   - plan: what was drawn.
  ///   - findings: the warnings about its declarations.
  ///   - transfer: what was copied rather than drawn.
  ///   - output: what was written; `nil` if nothing was.
  ///   - seconds: how long it took.
  package init(
    _ plan: WeightPlan, findings: [Finding], transfer: WeightTransfer? = nil, output: Output? = nil,
    seconds: Double = 0
  ) {
    self.plan = plan
    self.findings = findings
    self.transfer = transfer
    self.output = output
    self.seconds = seconds
  }

  package var text: String {
    let totals = plan.totals
    let target = output.map { "\($0.destination.name.safe): " } ?? "nothing written: "
    let size = (output?.byteCount).map { ", \(NumberText.bytes(Int($0)))" } ?? ""
    return target + "\(plan.architecture.layers.count) layers, \(totals.tensors) weights, "
      + "\(NumberText.count(totals.parameters)) parameters\(size), seed \(plan.seed), "
      + "\(NumberText.decimal(seconds, places: 2)) s\n" + transferText
  }

  private var transferText: String {
    guard let transfer else { return "" }
    func list(_ names: [String]) -> String {
      names.prefix(20).map(\.safe).joined(separator: ", ") + (names.count > 20 ? " … (--json lists all)" : "")
    }
    let drawn = transfer.drawn
    var lines = [
      "copied \(transfer.copied.count) weights from \(transfer.file.safe); "
        + (drawn.isEmpty ? "drew none" : "drew \(drawn.count): \(list(drawn))")
    ]
    if !transfer.renamed.isEmpty {
      lines.append(
        "by class and order, as their names are automatic: "
          + list(transfer.renamed.map { "\($0.file) -> \($0.model)" }))
    }
    if !transfer.unlike.isEmpty {
      lines.append("not alike: " + list(transfer.unlike.map { "\($0.weight) (\($0.reason))" }))
    }
    if !transfer.leftOver.isEmpty {
      lines.append("left over in the file: \(transfer.leftOver.count): \(list(transfer.leftOver))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  package var json: JSONValue {
    let totals = plan.totals
    return [
      "schema": "wtool-init-1",
      "output": (output?.destination).map { .string($0 == .standardOutput ? "-" : $0.name) } ?? .null,
      "name": .string(plan.architecture.model.name),
      "keras_version": .string(plan.architecture.generation.version),
      "backend": .string(plan.backend.rawValue),
      "seed": JSONValue(Int(plan.seed)),
      "layers": JSONValue(plan.architecture.layers.count),
      "weights": JSONValue(totals.tensors),
      "parameters": JSONValue(totals.parameters),
      "trainable_parameters": JSONValue(totals.trainableParameters),
      "bytes": (output?.byteCount).map { JSONValue(Int($0)) } ?? .null,
      "seconds": JSONValue((seconds * 1000).rounded() / 1000),
      "warnings": .array(findings.map(Self.json)),
      "guesses": GuessReport(plan).json,
      "from": transfer.map { .string($0.file) } ?? .null,
      "copied": transfer.map { .array($0.copied.map { .string($0) }) } ?? [],
      "drawn": transfer.map { .array($0.drawn.map { .string($0) }) } ?? .null,
      "renamed": transfer.map {
        .array($0.renamed.map { ["file": .string($0.file), "model": .string($0.model)] })
      }
        ?? [],
      "not_alike": transfer.map { transfer in
        .array(transfer.unlike.map { ["weight": .string($0.weight), "reason": .string($0.reason)] })
      } ?? [],
      "left_over": transfer.map { .array($0.leftOver.map { .string($0) }) } ?? [],
    ]
  }

  private static func json(_ finding: Finding) -> JSONValue {
    let members: [JSONObject.Member] = [
      .init(key: "rule", value: .string(finding.rule.id.description)),
      .init(key: "name", value: .string(finding.rule.name)),
      .init(key: "layer", value: .string(finding.layer)),
      .init(key: "message", value: .string(finding.message)),
    ]
    return .object(JSONObject(members + RemedyJSON.members(finding.remedy)))
  }
}
