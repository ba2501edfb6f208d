import Foundation
import TestSupport
import Testing
import WeightAudit

/// Rules of the house that no compiler keeps.
@Suite("Rules of the house") struct HouseRuleTests {
  @Test("there is something to check") func files() {
    #expect(SourceFile.sources.count > 150)
    #expect(SourceFile.prose.count > 3)
  }

  @Test("lines hold the configured length") func lineLength() throws {
    let settings = try String(
      contentsOf: Fixtures.packageDirectory.appending(path: ".swift-format"), encoding: .utf8)
    let limit = try #require(settings.firstMatch(of: /"lineLength": (\d+)/).flatMap { Int($0.1) })
    // A string in a test's table may be long: breaking it hides what is compared.
    let long = SourceFile.swift.flatMap { file in
      file.places { $0.count > limit && !(file.path.hasPrefix("Tests/") && $0.contains("\"")) }
    }
    #expect(long.isEmpty, "\(long.joined(separator: "\n"))")
  }

  @Test("the process is ended at one place, and by the handler of a crash") func exits() {
    let places = SourceFile.sources.flatMap { file in
      file.places { $0.contains(/(^|[^.\w])_?exit\(/) && !$0.contains("//") && !$0.contains("func ") }
    }
    let usual = places.filter { !$0.contains("Process/Crash.swift") }
    #expect(usual.count == 1 && usual[0].contains("Process/ProcessSetup.swift"), "\(places)")
    let end = SourceFile.sources.flatMap { $0.places { $0.contains("ProcessSetup.end(") } }
    #expect(end.count == 1, "\(end)")
  }

  @Test("sources import no Foundation and force nothing") func imports() {
    let places = SourceFile.sources.flatMap { file in
      file.places {
        $0.contains(/^\s*(package |internal |public )?import Foundation/) || $0.contains(/\btry!|\bas!/)
      }
    }
    #expect(places.isEmpty, "\(places.joined(separator: "\n"))")
  }

  @Test("words are spelled as in American English and Keras") func spelling() {
    let stems = [
      "normalis", "initialis", "quantis", "serialis", "factoris", "regularis", "vectoris", "discretis",
      "standardis", "summaris", "recognis", "organis", "optimise", "optimisa", "specialis", "generalis",
      "parallelis", "colour", "catalogue", "behaviour", "neighbour", "licence", "learnt", "spelt", "analyse",
    ]
    func isBritish(_ line: String) -> Bool {
      let line = line.lowercased()
      return stems.contains { line.contains($0) }
    }
    let places = (SourceFile.swift + SourceFile.prose).flatMap { file in
      file.places { line in
        // The names that rules had before, and what tests of them say.
        isBritish(line)
          && !line.contains(
            /tied-initialisation|discretised-values|kernel_initialiser|"normalis",|"standardis",|"parallelis"/
          )
      }
    }
    #expect(places.isEmpty, "\(places.count) places\n\(places.prefix(40).joined(separator: "\n"))")
  }

  @Test("every rule that is named exists") func ruleIdentifiers() {
    let known = Set(RuleCatalog.descriptors.map { "\($0.id)" })
    let kinds = Set(known.map { $0.prefix(3) })
    let places = (SourceFile.swift + SourceFile.prose).flatMap { file in
      file.places { line in
        line.matches(of: /\b([A-Z]{3})\d{3}\b/).contains {
          kinds.contains($0.1) && !known.contains(String($0.0))
        }
      }
    }
    #expect(places.isEmpty, "\(places.joined(separator: "\n"))")
  }

  @Test("every library has an overview page, whose example is a test") func overviews() throws {
    let targets = Set(SourceFile.sources.map { String($0.path.split(separator: "/")[1]) }).subtracting([
      "wtool"
    ])
    #expect(targets.count >= 14)
    let tests = SourceFile.all(in: ["Tests"], ["swift"])
    for target in targets.sorted() {
      let page = SourceFile.prose.first { $0.path == "Sources/\(target)/\(target).docc/\(target).md" }
      let lines = try #require(page?.lines, "\(target) has no overview page")
      #expect(lines.first == "# ``\(target)``")
      let start = try #require(lines.firstIndex(of: "```swift"), "\(target) shows no example")
      let example = lines[(start + 1)...].prefix { $0 != "```" }.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let isTested = tests.contains { file in
        let code = file.lines.map { $0.trimmingCharacters(in: .whitespaces) }
        return code.indices.contains { code[$0...].starts(with: example) }
      }
      #expect(isTested, "the example of \(target) is in no test")
    }
  }
}
