package import AuditReports
import Failures
import OrderedJSON
import WeightFiles

/// The findings that are known already, file by file.
package struct Baseline: Sendable, Hashable {
  static let schema = "wtool-baseline-2"

  /// The identifiers of findings, by the file's path.
  private var files: [String: Set<String>] = [:]
  /// Those of baselines that do not tell files apart.
  private var anywhere: Set<String> = []

  /// Nothing is known.
  package init() {}

  /// Whether a finding of a file is listed. A file that was not there when the baseline was written has no
  /// known findings; one that lies elsewhere now goes by its name.
  package func contains(_ id: String, ofFile path: String) -> Bool {
    if anywhere.contains(id) { return true }
    if let known = files[path] { return known.contains(id) }
    let named = files.filter { Self.name(of: $0.key) == Self.name(of: path) }
    return named.count == 1 && named.values.contains { $0.contains(id) }
  }

  private static func name(of path: String) -> Substring {
    path.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
  }

  /// The baseline that lists every finding of some files.
  package static func text(_ files: [FileReport]) -> String {
    let listed = files.map { file in
      JSONObject.Member(
        key: file.path,
        value: .array(Set(file.findings.flatMap(\.all).map(\.id)).sorted().map { .string($0) }))
    }
    // Of a file that is named twice, the findings are the same.
    let distinct = Dictionary(listed.map { ($0.key, $0) }) { first, _ in first }.values
    let document: JSONValue = [
      "schema": .string(schema), "files": .object(JSONObject(distinct.sorted { $0.key < $1.key })),
    ]
    return document.prettyText() + "\n"
  }

  /// - Parameters:
  ///   - bytes: the contents of a baseline, or of a report in JSON.
  ///   - name: what the user calls the file.
  /// - Throws: if it is neither.
  package init(_ bytes: [UInt8], _ name: String) throws(PolicyError) {
    let json: JSONValue
    do throws(TextSyntaxError) { json = try JSONParser.parse(bytes) } catch {
      throw PolicyError(in: "\(name):\(error.position)", "not a baseline: \(error.reason)")
    }
    if let ids = json["findings"]?.arrayValue {
      anywhere = Set(ids.compactMap(\.stringValue))
    } else if let listed = json["files"]?.objectValue {
      for member in listed.members {
        files[member.key] = Set((member.value.arrayValue ?? []).compactMap(\.stringValue))
      }
    } else if let reports = json["files"]?.arrayValue {
      for report in reports {
        let ids = (report["findings"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        files[report["path"]?.stringValue ?? "", default: []].formUnion(ids)
      }
    } else {
      throw PolicyError(in: name, "expected a baseline of --write-baseline or a report of --format json")
    }
  }

  /// Reads a baseline from a file.
  package init(file path: String) throws(PolicyError) {
    let bytes: [UInt8]
    do throws(WeightFileError) { bytes = try ModelDocument.text(.path(path)) } catch {
      throw PolicyError(error.description)
    }
    try self.init(bytes, path)
  }
}
