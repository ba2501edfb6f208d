import WeightAudit

extension Severity {
  /// Errors, warnings, notes: as they are counted.
  func counted(_ count: Int) -> String { "\(Numbers.count(count)) \(rawValue)\(count == 1 ? "" : "s")" }

  var glyph: String {
    switch self {
    case .error: "✖"
    case .warning: "⚠"
    case .note: "·"
    }
  }
}

extension FileReport {
  var summaryCounts: String {
    Severity.allCases.reversed().filter { count($0) > 0 }.map { $0.counted(count($0)) }.joined(
      separator: ", ")
  }

  /// What could not be judged, each reason once with the number of tensors.
  var skippedReasons: [(reason: String, count: Int, first: String)] {
    var reasons: [(reason: String, count: Int, first: String)] = []
    for item in skipped {
      if let index = reasons.firstIndex(where: { $0.reason == item.reason }) {
        reasons[index].count += 1
      } else {
        reasons.append((item.reason, 1, item.tensor))
      }
    }
    return reasons
  }

  /// How many tensors at least one rule could judge.
  var checkedCount: Int {
    // What was not even read is skipped, but no tensor of the report.
    let unjudged = Set(skipped.filter { !$0.isPartial }.map(\.tensor))
    return tensors.count { !unjudged.contains($0.name) }
  }
}

extension ReportedFinding {
  /// The tensor, or else the layer.
  var place: String {
    let name = finding.tensor ?? finding.layer
    return name.isEmpty ? "the file" : name
  }
}

extension String {
  /// The text without line ends and escape sequences, which a file's names may hold.
  var oneLine: String {
    // What turns the direction of text hides what follows.
    let directions: [ClosedRange<UInt32>] = [0x202A...0x202E, 0x2066...0x2069]
    return String(
      unicodeScalars.map { scalar in
        scalar.properties.generalCategory == .control || directions.contains { $0.contains(scalar.value) }
          ? " " : Character(scalar)
      })
  }
}
