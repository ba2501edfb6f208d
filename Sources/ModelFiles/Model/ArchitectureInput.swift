import Failures
package import Initialization
package import KerasArchitecture
import OrderedJSON
package import RandomStreams
import Synchronization
import Tensors
package import WeightFiles
import YAML

/// An architecture that was read, with what is needed to say where in its file something stands.
package struct ArchitectureInput: Sendable {
  /// What the user calls the file.
  package let name: String
  package let architecture: Architecture
  /// What was changed in which layers, one line each.
  package let changes: [String]
  private let document: ModelDocument

  /// Overrides applied to an architecture.
  package struct Overrides: Sendable {
    /// A weight file of the same model, for layers of unknown classes.
    package var like: WeightCatalog?
    /// Changes to the configurations of layers.
    package var fields: [ConfigOverride]
    /// Shapes of inputs that the document lacks.
    package var inputShapes: [InputShape]
    /// The Keras version that is to load the result.
    package var kerasVersion: String?
    /// The Keras backend that the weights come from, where neither the document nor its file says so.
    package var backend: String?
    /// The backend whose numbers are drawn; it also says how long integers are.
    package var drawnBackend: Backend?

    package init(
      like: WeightCatalog? = nil, fields: [ConfigOverride] = [], inputShapes: [InputShape] = [],
      kerasVersion: String? = nil, backend: String? = nil, drawnBackend: Backend? = nil
    ) {
      self.inputShapes = inputShapes
      self.drawnBackend = drawnBackend
      self.backend = backend
      self.like = like
      self.fields = fields
      self.kerasVersion = kerasVersion
    }
  }

  /// - Parameters:
  ///   - source: a JSON file, an HDF5 file with a `model_config`, a `.keras` archive.
  ///   - overrides: what is applied to it.
  ///   - reader: opens the file.
  /// - Throws: what is wrong and where: `file:line:column: place: reason`.
  package init(
    _ source: InputSource, _ overrides: Overrides, _ reader: FileReader
  ) throws(ModelFileError) {
    try self.init(source.name, reader.document(source), overrides)
  }

  /// The architecture that is stored in a weight file.
  ///
  /// - Parameters:
  ///   - catalog: the file's.
  ///   - overrides: what is applied to it; layers of unknown classes take their weights from the file itself.
  ///   - reader: opens the file.
  /// - Throws: what is wrong and where.
  package init(
    of catalog: WeightCatalog, _ overrides: Overrides, _ reader: FileReader
  ) throws(ModelFileError) {
    var overrides = overrides
    overrides.like = overrides.like ?? catalog
    try self.init(catalog.name, reader.document(of: catalog), overrides)
  }

  /// - Parameters:
  ///   - name: what the user calls the document.
  ///   - document: what was read.
  ///   - overrides: what is applied to it.
  /// - Throws: what is wrong and where.
  package init(
    _ name: String, _ document: ModelDocument, _ overrides: Overrides = Overrides()
  ) throws(ModelFileError) {
    self.name = name
    let json: JSONValue
    (json, self.document) = try Self.json(name, document)
    let document = self.document
    let template = overrides.like.map(Template.init)
    do throws(ArchitectureError) {
      architecture = try ArchitectureReader.read(
        json, kerasVersion: document.kerasVersion,
        backend: document.backend ?? json["backend"]?.stringValue ?? overrides.backend,
        target: overrides.kerasVersion,
        hasShortIntegers: overrides.drawnBackend.map { $0 != .tensorflow } ?? false,
        like: template?.weights, overrides: overrides.fields, inputShapes: overrides.inputShapes)
    } catch {
      throw Self.failure(error, name, document)
    }
    let changed = architecture.document
    changes = overrides.fields.compactMap { override in
      guard let layers = try? override.applied(to: changed).layers, let first = layers.first else {
        return nil
      }
      let names =
        layers.count == 1 ? "\"\(first)\"" : "\(layers.count) layers: \(layers.joined(separator: ", "))"
      return "set `\(override.field)` to \(override.value.pythonText()) in \(names)"
    }
    if let failure = template?.failure { throw ModelFileError(failure) }
  }

  /// The description of a model in a document, and the document as far as places in it are meant.
  static func json(
    _ name: String, _ document: ModelDocument
  ) throws(ModelFileError) -> (JSONValue, ModelDocument) {
    var document = document
    document.text = ForeignDocument.utf8(document.text)
    var json: JSONValue
    do throws(TextSyntaxError) {
      json = try JSONParser.parse(document.text)
    } catch {
      if document.isFile, ForeignText.isYAML(document.text) { return try yaml(name, document) }
      let place = document.isFile ? "\(name):\(error.position)" : "\(name): model_config:\(error.position)"
      let kinds = document.isFile ? "neither JSON, HDF5 nor a .keras archive" : "not JSON"
      throw ModelFileError(.malformed, in: place, "\(kinds): \(error.reason)", cause: error)
    }
    if let (model, version) = ForeignDocument.model(in: json) {
      // Places in it are not those of the file.
      document = document.withoutPlaces(kerasVersion: version)
      json = model
    }
    if let reason = ForeignDocument.reason(json) { throw ModelFileError(.unsupported, in: name, reason) }
    return (json, document)
  }

  /// The description of a model in YAML, as Keras 1 and 2 printed it.
  private static func yaml(
    _ name: String, _ document: ModelDocument
  ) throws(ModelFileError) -> (JSONValue, ModelDocument) {
    do throws(TextSyntaxError) {
      // Values that are read from YAML have no places.
      return (try YAMLParser.parse(document.text), document.withoutPlaces(kerasVersion: nil))
    } catch {
      throw ModelFileError(.malformed, in: "\(name):\(error.position)", error.reason, cause: error)
    }
  }

  /// The weights of a file as those of layers of unknown classes.
  static func template(of catalog: WeightCatalog) -> WeightTemplate { Template(catalog).weights }

  /// Puts a document into Keras 3's own form.
  ///
  /// - Parameters:
  ///   - source: the document's file.
  ///   - catalog: a weight file of the same model, for layers of unknown classes.
  ///   - inputShapes: shapes of inputs that the document lacks.
  ///   - options: what the user decides.
  ///   - reader: opens the file.
  /// - Returns: the new document with what has changed and what stands against it, and the Keras of the old
  ///   one.
  /// - Throws: what is wrong with the document.
  package static func upgrade(
    _ source: InputSource, like catalog: WeightCatalog?, _ inputShapes: [InputShape],
    _ options: ModelUpgrade.Options, _ reader: FileReader
  ) throws(ModelFileError) -> (upgrade: ModelUpgrade, generation: KerasGeneration) {
    let (json, document) = try json(source.name, reader.document(source))
    let generation = KerasGeneration(of: json, hint: document.kerasVersion)
    let template = catalog.map { Template($0).weights }
    let upgrade: ModelUpgrade
    do throws(ArchitectureError) {
      // What is wrong with a document of Keras 3 is nothing that an upgrade did.
      if generation.isKeras3 {
        _ = try ArchitectureReader.read(json, like: template, inputShapes: inputShapes)
      }
      let shaped = try ArchitectureReader.shaped(json, inputShapes, hint: document.kerasVersion)
      // The weights may tell the shape of the input.
      let completed = template.flatMap { try? ArchitectureReader.read(shaped, like: $0).document }
      upgrade = try ArchitectureReader.upgrade(completed ?? shaped, of: generation, like: template, options)
    } catch {
      throw failure(error, source.name, document)
    }
    if upgrade.obstacles.isEmpty, !generation.isKeras3 {
      try check(upgrade.document, like: template, source.name)
    }
    return (upgrade, generation)
  }

  /// Makes sure that Keras 3 can make the model that a new document describes, as far as all its classes are
  /// known.
  private static func check(
    _ document: JSONValue, like template: WeightTemplate?, _ name: String
  ) throws(ModelFileError) {
    do throws(ArchitectureError) { _ = try ArchitectureReader.read(document, like: template) } catch {
      guard error.kind != .unsupported else { return }
      throw ModelFileError(
        .unsupported, in: name, "Keras 3 could not make the model: \(error)", cause: error)
    }
  }

  /// A weight file of the same model, and why a value of it could not be read that a guess wanted.
  private final class Template: Sendable {
    private let catalog: WeightCatalog
    private let state = Mutex<SourceFailure?>(nil)

    init(_ catalog: WeightCatalog) { self.catalog = catalog }

    var failure: SourceFailure? { state.withLock { $0 } }

    var weights: WeightTemplate {
      WeightTemplate(fileName: catalog.name, root: catalog.tree) { [self] index in
        do throws(SourceFailure) { return try catalog.mean(ofTensor: index) } catch {
          state.withLock { $0 = error }
          return nil
        }
      }
    }
  }

  /// Plans every weight.
  ///
  /// - Parameters:
  ///   - seed: the seed of the whole model.
  ///   - backend: whose random numbers are drawn.
  ///   - order: whose order of layers decides their seeds; `nil` for that of the description.
  /// - Returns: every weight with what decides its values.
  /// - Throws: an initializer that Keras would refuse, and where it is declared; an order of other layers.
  package func plan(
    seed: UInt64, backend: Backend, order: LayerOrder? = nil
  ) throws(ModelFileError) -> WeightPlan {
    let order = try order?.order(of: architecture, name)
    do throws(ArchitectureError) {
      return try PlanBuilder.plan(architecture, seed: seed, backend: backend, order: order)
    } catch {
      let place = architecture.sourcePointer(error.pointer)
      throw Self.failure(error.moved(to: place), name, document)
    }
  }

  /// `file:line:column: place: reason`; without a line where the text is inside another file.
  private static func failure(
    _ error: ArchitectureError, _ name: String, _ document: ModelDocument
  ) -> ModelFileError {
    let position = document.isFile ? JSONParser.locate(error.pointer, in: document.text) : nil
    let place = position.map { ":\($0)" } ?? ""
    return ModelFileError(error.kind, in: "\(name)\(place)", error.description, cause: error)
  }
}
