import AuditPolicy
import Initialization
import KerasArchitecture
import OrderedJSON
import RandomStreams
import YAML

@testable import WeightFiles

/// JSON: what is written is read as the same value, in both forms.
func readJSON(_ bytes: [UInt8]) {
  guard let value = try? JSONParser.parse(bytes) else { return }
  let text = value.pythonText()
  let again = try? JSONParser.parse(text)
  require(again == value, "what `pythonText` writes is read as the same value")
  require(
    again?.pythonText().utf8.elementsEqual(text.utf8) == true, "`pythonText` writes the same bytes again")
  require(
    (try? JSONParser.parse(value.prettyText())) == value, "what `prettyText` writes is read as the same")
  _ = JSONParser.locate(.root, in: bytes)
}

/// YAML: what is read is JSON.
func readYAML(_ bytes: [UInt8]) {
  do {
    let value = try YAMLParser.parse(bytes)
    require((try? JSONParser.parse(value.pythonText())) != nil, "values are those of JSON")
  } catch { require(!"\(error)".isEmpty, "an error has a text") }
}

/// Architectures of Keras 1, 2, 3 and in short form, and the plan of their weights.
func readArchitecture(_ bytes: [UInt8]) {
  guard let document = try? JSONParser.parse(bytes) else { return }
  let architecture: Architecture
  do { architecture = try ArchitectureReader.read(document) } catch {
    require(!"\(error)".isEmpty, "an error has a text")
    return
  }
  guard architecture.weights.count <= 1000 else { return }
  for backend in [Backend.tensorflow, .jax] {
    _ = try? PlanBuilder.plan(architecture, seed: 1, backend: backend)
  }
  guard let upgrade = try? ArchitectureReader.upgrade(document, of: architecture.generation),
    upgrade.obstacles.isEmpty
  else { return }
  _ = try? ArchitectureReader.read(upgrade.document)
}

/// Settings files.
func readSettings(_ bytes: [UInt8]) {
  MemoryFile.shared.replace(bytes)
  do {
    _ = try SettingsFile(file: MemoryFile.shared.path, today: CalendarDay(year: 2030, month: 1, day: 1))
  } catch { require(!"\(error)".isEmpty, "an error has a text") }
}

/// Baselines, and the reports of an audit that stand for one.
func readBaseline(_ bytes: [UInt8]) {
  _ = try? Baseline(bytes, "baseline.json")
}

/// The index of weights in several files. The files themselves do not exist.
func readShardIndex(_ bytes: [UInt8]) {
  MemoryFile.shared.replace(bytes)
  guard let file = try? OpenedFile(.path(MemoryFile.shared.path), FileParsing()) else { return }
  _ = try? ShardIndex(file).catalog()
}
