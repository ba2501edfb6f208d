import Failures
package import KerasArchitecture
import OrderedJSON
package import Tensors
package import WeightFiles

/// A weight file together with its model's architecture, where that is known.
package struct StoredModel: Sendable {
  package let catalog: WeightCatalog
  package let architecture: Architecture?
  /// Which tensor is which weight; `nil` without an architecture.
  package let match: StoredMatch?
  /// What weights are made of that the file stores in another way than the model has them, by creation
  /// indices over indices of tensors; `match` has one of the tensors.
  package let expressions: [Int: TensorExpression<Int>]
  /// Whether the architecture is the one stored in the file.
  let isOwn: Bool
  /// Why the architecture stored in the file cannot be used.
  package let unusableArchitecture: String?
  /// What is known of rows behind a `Flatten` where the stored description cannot be used.
  private(set) var unfollowedRows: FlattenedRows?
  /// Whether that is because what is stored is no description of a model.
  package private(set) var isArchitectureDamaged = false
  /// How the file differs from its architecture, named or stored, if it is not of that model.
  package let mismatch: String?
  /// What to do about that, where it is not to name another architecture.
  package private(set) var mismatchAdvice: String?

  /// - Parameters:
  ///   - catalog: the file's.
  ///   - model: the architecture's file; defaults to the architecture stored in the weight file, if it can be
  ///     read.
  ///   - inputShapes: shapes of inputs that the architecture lacks, and that the weights do not tell.
  ///   - allowsMismatch: whether a file that is not of the named model is taken without an architecture.
  ///   - backend: the Keras backend that wrote the file, where it does not say so.
  ///   - converts: whether weights that the file stores in another way than the named model has them are put
  ///     into the model's way.
  ///   - ordersRows: whether rows behind a `Flatten` are then put into the order of the model's channels.
  ///   - reader: opens files.
  /// - Throws: why a named architecture cannot be read or is of another model.
  package init(
    _ catalog: WeightCatalog, model: InputSource?, inputShapes: [InputShape] = [],
    allowsMismatch: Bool = false, backend: String? = nil, converts: Bool = false,
    ordersRows: Bool = false, _ reader: FileReader
  ) throws(ModelFileError) {
    self.catalog = catalog
    isOwn = model == nil
    guard CheckedSize.sum(catalog.tensors.map(\.spec.byteCount)) != nil else {
      throw ModelFileError(
        .malformed, in: catalog.name,
        "the shapes of its \(catalog.tensors.count) tensors add up to more bytes than can be addressed; "
          + "expected fewer than 2^63; the file is damaged")
    }
    if let model {
      let architecture = try ArchitectureInput(
        model, .init(like: catalog, inputShapes: inputShapes, backend: backend), reader
      ).architecture
      if converts,
        let pairing = try Self.conversion(to: architecture, catalog, backend, ordersRows: ordersRows, reader)
      {
        (self.architecture, unusableArchitecture, mismatch) = (architecture, nil, nil)
        (match, expressions) = (pairing.match, pairing.expressions)
        return
      }
      expressions = [:]
      do throws(StoredMismatch) {
        match = try StoredMatch(architecture, catalog.tree)
        (self.architecture, unusableArchitecture, mismatch) = (architecture, nil, nil)
      } catch {
        if let own = Self.match(architecture, throughModelOf: catalog, reader) {
          (self.architecture, match, unusableArchitecture, mismatch) = (architecture, own, nil, nil)
          return
        }
        let reason = "not of the model in \(model.name): \(error)"
        guard allowsMismatch else { throw ModelFileError(.mismatch, in: catalog.name, reason, cause: error) }
        (self.architecture, match, unusableArchitecture) = (nil, nil, "it is of another model")
        mismatch = reason
        mismatchAdvice = error.advice
      }
      return
    }
    expressions = [:]
    // What a file says of itself is used as far as it fits; what cannot be read is an error.
    let document: ModelDocument
    do throws(ModelFileError) { document = try reader.document(of: catalog) } catch {
      guard error.kind == .notFound else { throw error }
      (architecture, match, unusableArchitecture, mismatch) = (nil, nil, error.description, nil)
      isArchitectureDamaged = catalog.container == .archive
      return
    }
    let own: Architecture
    do throws(ModelFileError) {
      own = try ArchitectureInput(
        catalog.name, document, .init(like: catalog, inputShapes: inputShapes, backend: backend)
      ).architecture
    } catch {
      // What the user asked for is not left out.
      if !inputShapes.isEmpty { throw error }
      (architecture, match, unusableArchitecture, mismatch) = (nil, nil, error.description, nil)
      isArchitectureDamaged = !ForeignDocument.isModel(document.text)
      unfollowedRows = Self.unfollowedRows(document)
      return
    }
    do throws(StoredMismatch) {
      match = try StoredMatch(own, catalog.tree, isOwn: true)
      (architecture, unusableArchitecture, mismatch) = (own, nil, nil)
    } catch {
      let reason = "its weights are not those of the model that it describes: \(error)"
      (architecture, match, mismatch) = (nil, nil, reason)
      mismatchAdvice = error.advice
      unusableArchitecture = "\(catalog.name): \(reason)"
      unfollowedRows = Self.unfollowedRows(document)
    }
  }

  private static func unfollowedRows(_ document: ModelDocument) -> FlattenedRows? {
    (try? JSONParser.parse(document.text)).map { FlattenedRows.unfollowed(in: $0) }
  }

  /// A model that the weights of another one have become those of.
  init(
    _ stored: StoredModel, as architecture: Architecture, _ match: StoredMatch,
    _ expressions: [Int: TensorExpression<Int>]
  ) {
    catalog = stored.catalog
    isOwn = false
    self.architecture = architecture
    self.match = match
    self.expressions = expressions
    (unusableArchitecture, mismatch) = (nil, nil)
  }

  /// The file's weights as those of a model that has some of them in another way.
  ///
  /// - Returns: `nil` if all are alike, or not all are there.
  /// - Throws: if rows behind a `Flatten` are in another order, and are to be left.
  private static func conversion(
    to architecture: Architecture, _ catalog: WeightCatalog, _ backend: String?, ordersRows: Bool,
    _ reader: FileReader
  ) throws(ModelFileError) -> (match: StoredMatch, expressions: [Int: TensorExpression<Int>])? {
    let source: ModelPart
    if catalog.hasArchitecture {
      guard let own = try? StoredModel(catalog, model: nil, backend: backend, reader) else { return nil }
      guard own.architecture != nil else {
        try check(own.unfollowedRows, architecture, catalog)
        return nil
      }
      source = ModelPart(own)
    } else {
      guard let version = catalog.kerasVersion,
        let own = ArchitectureReader.architecture(
          architecture, asStoredBy: version, backend: catalog.backend ?? backend,
          like: ArchitectureInput.template(of: catalog)),
        let match = try? StoredMatch(own, catalog.tree)
      else { return nil }
      source = ModelPart(own, match)
    }
    let pairing = PartPairing(
      ModelPart(architecture), source, architecture.generation, [], ordersRows: ordersRows)
    if let reordered = pairing.unlike.first(where: \.isReordered) {
      throw ModelFileError(.mismatch, in: catalog.name, "\(reordered.weight): \(reordered.reason)")
    }
    guard !pairing.expressions.isEmpty, let match = pairing.match(architecture, catalog) else { return nil }
    return (match, pairing.expressions)
  }

  /// Refuses weights behind a `Flatten` of a model whose order cannot be followed, and which has its channels
  /// elsewhere.
  private static func check(
    _ rows: FlattenedRows?, _ architecture: Architecture, _ catalog: WeightCatalog
  ) throws(ModelFileError) {
    guard let rows else { return }
    let known = architecture.flattenedRows
    let unlike = architecture.namedWeights.first { known[$0.weight]?.order(from: rows) == .unknown }
    guard let unlike else { return }
    throw ModelFileError(.mismatch, in: catalog.name, "\(unlike.name): \(PartPairing.unknownRows)")
  }

  /// Which tensor is which weight of a model, by the architecture that the file itself has: it knows which
  /// layers were frozen when it was written.
  ///
  /// - Returns: `nil` if the file has none, or is of another model.
  private static func match(
    _ architecture: Architecture, throughModelOf catalog: WeightCatalog, _ reader: FileReader
  ) -> StoredMatch? {
    guard catalog.hasArchitecture,
      let own = try? StoredModel(catalog, model: nil, reader), own.architecture != nil
    else { return nil }
    let parts = ModelPart(architecture)
    let pairing = PartPairing(comparing: parts, ModelPart(own), architecture.generation)
    let tensors = Dictionary(catalog.tree.allTensors.map { ($0.index, $0) }) { first, _ in first }
    var result: [Int: TensorTree.Tensor] = [:]
    for weight in parts.allWeights {
      guard let index = pairing.sources[weight.id], let tensor = tensors[index], tensor.shape == weight.shape
      else { return nil }
      result[weight.id] = tensor
    }
    return result.count == tensors.count ? StoredMatch(result) : nil
  }
}

extension PartPairing {
  /// The tensor of each weight of a model; `nil` if one has none.
  func match(_ architecture: Architecture, _ catalog: WeightCatalog) -> StoredMatch? {
    let tensors = Dictionary(catalog.tree.allTensors.map { ($0.index, $0) }) { first, _ in first }
    var result: [Int: TensorTree.Tensor] = [:]
    for weight in architecture.weights {
      guard let index = sources[weight.creationIndex] else {
        if weight.isMergedWhenSaved || weight.isNamedState { continue }
        return nil
      }
      result[weight.creationIndex] = tensors[index]
    }
    return StoredMatch(result)
  }
}
