import Failures
import Initialization
import KerasArchitecture
import OrderedJSON
package import WeightFiles

/// Whose order of layers decides which seed each of them gets.
package enum LayerOrder: Sendable {
  /// That of the scripts of `keras.applications`.
  case applications
  /// That of a list of layers.
  case listed([String], file: String)

  /// What `--order-from` calls the scripts of Keras.
  package static let applicationsName = "keras.applications"

  /// Reads a list of layers: a JSON array of their names, or one name a line.
  ///
  /// - Throws: if the file cannot be read or is no such list.
  package init(reading source: InputSource) throws(ModelFileError) {
    let bytes: [UInt8]
    do throws(WeightFileError) { bytes = try ModelDocument.text(source) } catch {
      throw ModelFileError(error)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ModelFileError(
        .malformed, in: source.name,
        "it is no text; expected the names of layers, one a line or a JSON array")
    }
    if text.first(where: { !$0.isWhitespace }) == "[" {
      let list: JSONValue
      do throws(TextSyntaxError) { list = try JSONParser.parse(bytes) } catch {
        throw ModelFileError(.malformed, in: "\(source.name):\(error.position)", error.reason, cause: error)
      }
      let names = list.arrayValue?.map(\.stringValue) ?? []
      guard !names.contains(nil) else {
        throw ModelFileError(.malformed, in: source.name, "expected a JSON array of the names of layers")
      }
      self = .listed(names.compactMap(\.self), file: source.name)
    } else {
      let lines = text.split(whereSeparator: \.isNewline).map { line in
        String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
      }
      self = .listed(lines.filter { !$0.isEmpty }, file: source.name)
    }
    if case .listed(let names, _) = self, names.isEmpty {
      throw ModelFileError(
        .malformed, in: source.name,
        "it lists no layer; expected the names of layers, one a line or a JSON array")
    }
  }

  /// The order of a model's layers.
  ///
  /// - Throws: if the list is not one of the model's layers, or the model none of `keras.applications`.
  func order(of architecture: Architecture, _ name: String) throws(ModelFileError) -> ConstructionOrder {
    do throws(ConstructionOrderError) {
      switch self {
      case .applications: return try ConstructionOrder(ofApplicationsIn: architecture)
      case .listed(let names, _): return try ConstructionOrder(names, of: architecture)
      }
    } catch {
      let place =
        switch self {
        case .applications: name;
        case .listed(_, let file): file
        }
      throw ModelFileError(.mismatch, in: place, error.reason)
    }
  }
}
