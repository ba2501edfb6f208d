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

  /// What is wanted otherwise than an architecture says.
  struct Changes {
    /// A weight file of the same model, for layers of unknown classes.
    var like: WeightCatalog?
    /// Changes to configurations.
    var overrides: [ConfigOverride] = []
    /// The Keras that is to load the result.
    var kerasVersion: String?
  }

  /// - Parameters:
  ///   - file: a JSON file, an HDF5 file with a `model_config`, a `.keras` archive; `-` for standard input.
  ///   - changes: what is wanted otherwise than the file says.
  /// - Throws: one line that says what is wrong and where.
  init(_ file: String, _ changes: Changes = Changes()) throws(CommandFailure) {
    let name = file == "-" ? "standard input" : file
    let document = try Self.reading(name) { () throws(WeightFileError) in try ModelDocument.read(file) }
    try self.init(name, document, changes)
  }

  /// The architecture that a weight file brings along.
  ///
  /// - Parameters:
  ///   - catalog: the file's.
  ///   - changes: what is wanted otherwise than the file says.
  /// - Throws: one line that says what is wrong and where.
  init(of catalog: WeightCatalog, _ changes: Changes = Changes()) throws(CommandFailure) {
    let document = try Self.reading(catalog.name) { () throws(WeightFileError) in try catalog.document() }
    var changes = changes
    changes.like = changes.like ?? catalog
    try self.init(catalog.name, document, changes)
  }

  /// - Parameters:
  ///   - name: what the user calls the document.
  ///   - document: what was read.
  ///   - changes: what is wanted otherwise than it says.
  /// - Throws: one line that says what is wrong and where.
  init(_ name: String, _ document: ModelDocument, _ changes: Changes = Changes()) throws(CommandFailure) {
    self.name = name
    self.document = document
    let json: JSONValue
    do throws(JSONSyntaxError) {
      json = try JSONParser.parse(document.text)
    } catch {
      let separator = document.isFile ? ":" : ": model_config:"
      let kinds = document.isFile ? "neither JSON, HDF5 nor a .keras archive" : "not JSON"
      throw CommandFailure("\(name)\(separator)\(error.position): \(kinds): \(error.reason)", .unusable)
    }
    do throws(ArchitectureError) {
      architecture = try ArchitectureReader.read(
        json, kerasVersion: document.kerasVersion, target: changes.kerasVersion,
        like: changes.like.map(Self.template), overrides: changes.overrides)
    } catch {
      throw Self.failure(error, name, document)
    }
  }

  private static func reading<Value: Sendable>(
    _ name: String, _ read: () throws(WeightFileError) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(WeightFileError) { return try Crash.blaming(name, read) } catch {
      throw CommandFailure(error.description, .unusable)
    }
  }

  private static func template(_ catalog: WeightCatalog) -> WeightTemplate {
    WeightTemplate(fileName: catalog.name, root: catalog.tree) { catalog.mean(ofTensor: $0) }
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
