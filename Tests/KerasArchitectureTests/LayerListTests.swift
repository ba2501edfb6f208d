import TestSupport
import Testing

@testable import KerasArchitecture

@Suite(.serialized) struct LayerListTests {
  /// `WTOOL_RECORD=1 swift test --filter LayerListTests` writes the lists, and fails: nobody records by
  /// accident.
  @Test(arguments: [("layers", false), ("layers of Keras 1", true)])
  func `the documentation lists every layer of the catalog`(name: String, isKeras1: Bool) throws {
    let section = MarkedSection(name, in: "docs/layers.md")
    let models: Set = ["Functional", "Model", "Sequential"]
    let names = LayerCatalog.all.flatMap { isKeras1 ? $0.keras1ClassNames : $0.classNames }
    let list = Self.list(names.filter { !models.contains($0) })
    if MarkedSection.isRecording {
      try section.write(list)
      Issue.record("the list of \(name) was recorded; look at the change and run without WTOOL_RECORD")
    } else {
      let recorded = try section.text()
      #expect(recorded == list)
    }
  }

  /// The names, sorted, in lines of at most 118 characters.
  private static func list(_ names: [String]) -> String {
    var lines = [""]
    for entry in names.sorted().map({ "`\($0)`" }) {
      let addition = (lines[lines.count - 1].isEmpty ? "" : " ") + entry + ","
      if lines[lines.count - 1].count + addition.count > 118 { lines.append("") }
      lines[lines.count - 1] += lines[lines.count - 1].isEmpty ? entry + "," : addition
    }
    return lines.joined(separator: "\n").dropLast() + ".\n"
  }
}
