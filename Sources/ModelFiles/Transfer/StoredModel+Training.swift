import Failures
package import KerasArchitecture
package import OrderedJSON
import WeightFiles

extension StoredModel {
  /// Whether the file says how its model was compiled: a whole-model `.h5` or an archive.
  package var hasTraining: Bool {
    catalog.hasTrainingConfig || architecture?.compileConfig != nil
  }

  /// How the file says that its model was compiled, as it says it.
  ///
  /// - Parameter reader: opens the file.
  /// - Returns: a `training_config` or `compile_config`; `nil` if the file has none.
  /// - Throws: if it cannot be read.
  package func training(_ reader: FileReader) throws(ModelFileError) -> JSONObject? {
    if let config = architecture?.compileConfig { return config }
    guard catalog.hasTrainingConfig, let text = try reader.document(of: catalog).training else { return nil }
    let config: JSONValue
    do throws(TextSyntaxError) { config = try JSONParser.parse(text) } catch {
      throw ModelFileError(
        .malformed, in: "\(catalog.name): training_config:\(error.position)",
        "not JSON: \(error.reason); leave out --keep-training", cause: error)
    }
    guard let object = config.objectValue else {
      throw ModelFileError(
        .malformed, in: catalog.name, "`training_config` is not an object; leave out --keep-training")
    }
    return object
  }
}

extension Architecture {
  /// How an archive says that the model was compiled; `nil` if it was not.
  package var compileConfig: JSONObject? {
    document["compile_config"]?.objectValue.flatMap { $0.members.isEmpty ? nil : $0 }
  }

  /// The names of the layers whose results are the model's outputs.
  package var outputNames: [String] {
    func names(_ value: JSONValue) -> [String] {
      if let list = value.arrayValue {
        if let name = list.first?.stringValue, list.count == 3, list[1].intValue != nil { return [name] }
        return list.flatMap(names)
      }
      return (value.objectValue?.members ?? []).flatMap { names($0.value) }
    }
    return document["config"]?["output_layers"].map(names) ?? []
  }
}
