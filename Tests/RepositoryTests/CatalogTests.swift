import Foundation
import TestSupport
import Testing

/// What is written is also listed: a type that its catalog lacks could never be used.
@Suite struct CatalogTests {
  private static let catalogs = [
    (catalog: "RuleCatalog", folder: "WeightAudit/Rules", kinds: "Rule|TensorRule|DeclarationRule|FileRule"),
    (catalog: "RendererCatalog", folder: "AuditReports/Renderers", kinds: "ReportRenderer"),
    (catalog: "LayoutCatalog", folder: "WeightFiles/Layout", kinds: "ContainerFormat"),
  ]

  @Test(arguments: catalogs.indices) func `every type of the folder is in its catalog`(index: Int) throws {
    let (catalog, folder, kinds) = Self.catalogs[index]
    let target = String(folder.prefix { $0 != "/" })
    let declaration = try Regex(#"(?:enum|struct) (\w+): (?:\#(kinds))\b"#, as: (Substring, Substring).self)
    let declared = try Self.sources(in: folder).flatMap { $0.matches(of: declaration).map { String($0.1) } }
    let listing = try #require(try Self.sources(in: target).first { $0.contains("enum \(catalog)") })
    for name in declared {
      #expect(listing.contains("\(name).self"), "\(catalog) lacks \(name)")
    }
    #expect(declared.count > 3)
  }

  /// The fuzzing package builds the same sources with other flags, and so lists their targets again.
  @Test func `the fuzzing package knows what its targets depend on`() throws {
    let entry = /(?:library|cLibrary)\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/
    func targets(_ package: String) throws -> [String: Set<String>] {
      let url = Fixtures.packageDirectory.appending(path: package)
      let text = try String(contentsOf: url, encoding: .utf8)
      return Dictionary(
        text.matches(of: entry).map { match in
          let names = (match.2 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
          return (String(match.1), Set(names))
        }
      ) { first, _ in first }
    }
    let main = try targets("Package.swift")
    let fuzzed = try targets("Fuzzing/Package.swift")
    let shared = Set(main.keys).intersection(fuzzed.keys)
    #expect(shared.isSuperset(of: ["WeightAudit", "WeightFiles", "KerasArchitecture"]))
    // A product of another package may be listed there, too.
    for name in shared {
      let missing = (main[name] ?? []).subtracting(fuzzed[name] ?? [])
      #expect(missing.isEmpty, "Fuzzing/Package.swift: \(name)")
    }
    for name in Set(fuzzed.values.flatMap(\.self)).intersection(main.keys) {
      #expect(fuzzed[name] != nil, "Fuzzing/Package.swift lacks \(name)")
    }
  }

  /// The texts of the Swift files in a folder and those below it.
  private static func sources(in folder: String) throws -> [String] {
    let url = Fixtures.packageDirectory.appending(path: "Sources/\(folder)")
    return try (FileManager.default.subpaths(atPath: url.path) ?? []).filter { $0.hasSuffix(".swift") }.map {
      try String(contentsOf: url.appending(path: $0), encoding: .utf8)
    }
  }
}
