import OrderedJSON

/// A line of JSON for each finding, and for each file that could not be audited.
enum JSONLinesRenderer: ReportRenderer {
  static let name = "jsonl"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.flatMap { file -> [String] in
      let path = JSONObject.Member(key: "file", value: .string(file.path))
      if let failure = file.failure {
        return [line([path, .init(key: "failure", value: .string(failure))])]
      }
      return file.findings.map { reported in
        line([path] + (JSONRenderer.finding(reported).objectValue?.members ?? []))
      }
    }.joined()
  }

  private static func line(_ members: [JSONObject.Member]) -> String {
    JSONValue.object(JSONObject(members)).pythonText() + "\n"
  }
}
