import OrderedJSON
import Tensors
import WeightAudit

/// The whole report; the schema's name changes when a key changes its meaning.
enum JSONRenderer: ReportRenderer {
  static let name = "json"
  static let schema = "wtool-inspect-2"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    document(report).prettyText() + "\n"
  }

  static func document(_ report: AuditReport) -> JSONValue {
    [
      "schema": .string(schema),
      "tool": ["name": "wtool", "version": .string(report.version)],
      "files": .array(report.files.map(file)),
    ]
  }

  private static func file(_ file: FileReport) -> JSONValue {
    var document = audited(file)
    if let repair = file.repair { document["fix"] = fix(repair) }
    if let spectra = DetailJSON.summary(file) { document["spectra"] = spectra }
    if let series = file.series { document["series"] = SeriesJSON.document(series) }
    return .object(document)
  }

  private static func fix(_ repair: RepairSummary) -> JSONValue {
    func scale(_ signal: LayerSignal?) -> JSONValue {
      [
        "forward_rms": signal?.forward.map(number) ?? .null,
        "gradient_ratio": signal?.gradient.map(number) ?? .null,
      ]
    }
    return [
      "output": repair.output.map { .string($0) } ?? .null,
      "changes": .array(
        repair.changes.map { change in
          [
            "layer": .string(change.layer), "field": .string(change.field), "before": .string(change.before),
            "after": .string(change.after), "signal_before": scale(change.signals),
            "signal_after": scale(change.repairedSignals),
          ]
        }),
      "drawn": .array(repair.drawn.map { .string($0) }),
    ]
  }

  private static func audited(_ file: FileReport) -> JSONObject {
    [
      "path": .string(file.path), "failure": file.failure.map { .string($0) } ?? .null,
      "format": .string(file.container.format),
      "keras_version": file.container.kerasVersion.map { .string($0) } ?? .null,
      "state": file.state.map { state in
        [
          "value": .string(state.value.rawValue), "reason": .string(state.reason),
          "assumed": .bool(state.isAssumed),
        ]
      } ?? .null,
      "iterations": file.container.iterations.map { JSONValue($0) } ?? .null,
      "summary": [
        "error": JSONValue(file.count(.error)), "warning": JSONValue(file.count(.warning)),
        "note": JSONValue(file.count(.note)),
        "suppressed": JSONValue(file.findings.filter { $0.suppression != nil }.count),
        "known": JSONValue(file.findings.filter { !$0.isNew }.count),
      ],
      "coverage": [
        "tensors": JSONValue(file.tensors.count), "checked": JSONValue(FileSummary(file).checkedCount),
        "skipped": .array(
          file.skipped.map {
            ["tensor": .string($0.tensor), "reason": .string($0.reason), "partial": .bool($0.isPartial)]
          }),
      ],
      "tensors": .array(file.tensors.map { tensor($0, file.details[$0.path]) }),
      "signal": .array(file.signals.map(signal)),
      "findings": .array(file.findings.map(finding)),
    ]
  }

  static func finding(_ reported: ReportedFinding) -> JSONValue {
    let finding = reported.finding
    let members: [JSONObject.Member] =
      [
        .init(key: "id", value: .string(reported.id)),
        .init(key: "rule", value: .string(finding.rule.id.description)),
        .init(key: "name", value: .string(finding.rule.name)),
        .init(key: "severity", value: .string(finding.severity.rawValue)),
        .init(key: "layer", value: .string(finding.layer)),
        .init(key: "tensor", value: finding.tensor.map { .string($0) } ?? .null),
        .init(key: "path", value: finding.path.map { .string($0) } ?? .null),
        .init(key: "message", value: .string(finding.message)),
      ] + RemedyJSON.members(finding.remedy, isOfWeightsAlone: reported.isOfWeightsAlone) + [
        .init(
          key: "evidence",
          value: .object(
            JSONObject(finding.evidence.map { .init(key: $0.name, value: number($0.value)) }))),
        .init(key: "proof", value: .bool(finding.isProof)),
        .init(key: "folded", value: .array(finding.folded.map { .string($0.description) })),
        .init(
          key: "also",
          value: .array(
            reported.others.map { other in
              [
                "id": .string(other.id), "layer": .string(other.finding.layer),
                "tensor": other.finding.tensor.map { .string($0) } ?? .null,
                "path": other.finding.path.map { .string($0) } ?? .null,
              ]
            })),
        .init(key: "suppressed", value: reported.suppression.map { .string($0) } ?? .null),
        .init(key: "new", value: .bool(reported.isNew)),
      ]
    return .object(JSONObject(members))
  }

  private static func signal(_ signal: LayerSignal) -> JSONValue {
    [
      "layer": .string(signal.layer), "forward_rms": signal.forward.map(number) ?? .null,
      "gradient_ratio": signal.gradient.map(number) ?? .null,
    ]
  }

  private static func tensor(_ tensor: AuditedTensor, _ details: KernelDetails?) -> JSONValue {
    let measured = tensor.measurements
    var document: JSONObject = [
      "name": .string(tensor.name), "path": .string(tensor.path), "layer": .string(tensor.layer),
      "role": tensor.role.map { .string($0.rawValue) } ?? .null,
      "shape": .array(tensor.spec.shape.dimensions.map { JSONValue($0) }),
      "dtype": .string(tensor.spec.dtype.rawValue),
      "declared": tensor.declaration.map(declared) ?? .null,
      "stats": [
        "n": JSONValue(measured.count), "min": measured.range.map { number($0.lowerBound) } ?? .null,
        "max": measured.range.map { number($0.upperBound) } ?? .null, "mean": number(measured.mean),
        "std": number(measured.standardDeviation), "rms": number(measured.rootMeanSquare),
        "zeros": JSONValue(measured.zeroCount), "nan": JSONValue(measured.nanCount),
        "inf": JSONValue(measured.infinityCount), "subnormal": JSONValue(measured.subnormalCount),
      ],
      "histogram": histogram(measured),
    ]
    if let details, details.spectrum != nil || details.reason != nil {
      document["spectrum"] = DetailJSON.spectrum(details)
    }
    if let rounding = details?.rounding { document["rounding"] = DetailJSON.rounding(rounding) }
    return .object(document)
  }

  private static func declared(_ declaration: TensorDeclaration) -> JSONValue {
    let expectation = declaration.expectations.first
    return [
      "initializer": .string(declaration.initializer),
      "mean": expectation.map { number($0.mean) } ?? .null,
      "std": expectation.map { number($0.standardDeviation) } ?? .null,
      "support": expectation?.support.map { .array([number($0.lowerBound), number($0.upperBound)]) } ?? .null,
    ]
  }

  /// The histogram of every nth value; of all values in small tensors.
  private static func histogram(_ measured: TensorMeasurements) -> JSONValue {
    guard let range = measured.range, range.lowerBound < range.upperBound else { return .null }
    let counts = Histogram(measured.sample, range: range, bins: 40).counts
    return [
      "lo": number(range.lowerBound), "hi": number(range.upperBound), "of": JSONValue(measured.sample.count),
      "counts": .array(counts.map { JSONValue($0) }),
    ]
  }

  /// A number, or a string for what is not finite, which JSON has no number for.
  static func number(_ value: Double) -> JSONValue {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return JSONValue(value)
  }
}
