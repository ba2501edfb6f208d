import Initialization
import KerasArchitecture
import OrderedJSON
import RandomStreams
import WeightFiles

/// An architecture that was read, and how to say where something in it stands.
struct ArchitectureInput {
  let name: String
  let architecture: Architecture
  private let document: ModelDocument

  /// - Parameters:
  ///   - file: a JSON file, an HDF5 file with a `model_config`, a `.keras` archive; `-` for standard input.
  ///   - like: a weight file of the same model, for layers of unknown classes.
  ///   - overrides: changes to configurations.
  /// - Throws: one line that says what is wrong and where.
  init(_ file: String, like: String? = nil, overrides: [ConfigOverride] = []) throws(CommandFailure) {
    try StandardInput.checkReadOnce(["the architecture": file, "--like": like])
    name = file == "-" ? "standard input" : file
    do throws(WeightFileError) {
      document = try Crash.blaming(name) { () throws(WeightFileError) in
        try ModelDocument.read(file)
      }
    } catch {
      throw CommandFailure(error.description, .unusable)
    }
    let json: JSONValue
    do throws(JSONSyntaxError) {
      json = try JSONParser.parse(document.text)
    } catch {
      let separator = document.isFile ? ":" : ": model_config:"
      let kinds = document.isFile ? "neither JSON, HDF5 nor a .keras archive" : "not JSON"
      throw CommandFailure("\(name)\(separator)\(error.position): \(kinds): \(error.reason)", .unusable)
    }
    let template: WeightTemplate? = if let like { try Self.template(like) } else { nil }
    do throws(ArchitectureError) {
      architecture = try ArchitectureReader.read(
        json, kerasVersion: document.kerasVersion, like: template, overrides: overrides)
    } catch {
      throw Self.failure(error, name, document)
    }
  }

  private static func template(_ file: String) throws(CommandFailure) -> WeightTemplate {
    do throws(WeightFileError) {
      let catalog = try Crash.blaming(file) { () throws(WeightFileError) in try WeightCatalog.read(file) }
      return WeightTemplate(fileName: file, root: catalog.tree) { catalog.mean(ofTensor: $0) }
    } catch {
      throw CommandFailure(error.description, .unusable)
    }
  }

  /// Plans every weight.
  func plan(seed: UInt64, backend: Backend) throws(CommandFailure) -> WeightPlan {
    do throws(ArchitectureError) {
      return try PlanBuilder.plan(architecture, seed: seed, backend: backend)
    } catch {
      let place = architecture.sourcePointer(error.pointer)
      throw Self.failure(ArchitectureError(at: place, layer: error.layer, error.reason), name, document)
    }
  }

  /// `file:line:column: place: reason`; without a line where the text is inside another file.
  private static func failure(
    _ error: ArchitectureError, _ name: String, _ document: ModelDocument
  ) -> CommandFailure {
    let position = document.isFile ? JSONParser.locate(error.pointer, in: document.text) : nil
    let place = position.map { ":\($0)" } ?? ""
    return CommandFailure("\(name)\(place): \(error)", .unusable)
  }
}
