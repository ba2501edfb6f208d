package import AuditReports
import Failures
import OrderedJSON
import WeightFiles

/// A file that lists the findings that are known already.
package enum Baseline {
  static let schema = "wtool-baseline-1"

  /// The baseline that lists every finding of some files.
  package static func text(_ files: [FileReport]) -> String {
    let ids = Set(files.flatMap(\.findings).map(\.id)).sorted()
    let document: JSONValue = ["schema": .string(schema), "findings": .array(ids.map { .string($0) })]
    return document.prettyText() + "\n"
  }

  /// Reads the identifiers of findings.
  ///
  /// - Parameters:
  ///   - bytes: the contents of a baseline, or of a report in JSON.
  ///   - name: what the user calls the file.
  /// - Returns: the identifiers, of all files of a report.
  /// - Throws: if it is neither.
  package static func identifiers(_ bytes: [UInt8], _ name: String) throws(PolicyError) -> Set<String> {
    let json: JSONValue
    do throws(JSONSyntaxError) { json = try JSONParser.parse(bytes) } catch {
      throw PolicyError(in: "\(name):\(error.position)", "not a baseline: \(error.reason)")
    }
    if let ids = json["findings"]?.arrayValue { return Set(ids.compactMap(\.stringValue)) }
    guard let files = json["files"]?.arrayValue else {
      throw PolicyError(in: name, "expected a baseline of --write-baseline or a report of --format json")
    }
    return Set(files.flatMap { $0["findings"]?.arrayValue ?? [] }.compactMap { $0["id"]?.stringValue })
  }

  /// Reads the identifiers of findings from a file.
  package static func identifiers(inFile path: String) throws(PolicyError) -> Set<String> {
    let bytes: [UInt8]
    do throws(WeightFileError) { bytes = try ModelDocument.text(.path(path)) } catch {
      throw PolicyError(error.description)
    }
    return try identifiers(bytes, path)
  }
}
