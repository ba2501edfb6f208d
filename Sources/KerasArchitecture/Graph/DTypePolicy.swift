import OrderedJSON
package import Tensors

/// The types in which a layer keeps its variables and computes.
package struct DTypePolicy: Sendable, Hashable {
  /// The name of the policy: `float32`, `mixed_float16` …
  package let name: String
  package let variableDType: DType

  static let standard = DTypePolicy(name: "float32", variableDType: .float32)

  init(name: String, variableDType: DType) {
    self.name = name
    self.variableDType = variableDType
  }

  /// Reads the `dtype` of a configuration: a name, or a serialised policy of Keras 2 or 3.
  ///
  /// - Returns: `nil` for what is not a floating-point policy.
  init?(_ value: JSONValue?) {
    guard let value, !value.isNull else {
      self = .standard
      return
    }
    let name = value.stringValue ?? value["config"]?["name"]?.stringValue
    switch name {
    case nil where value.objectValue != nil && value["config"]?["source_name"] == nil: self = .standard
    case nil: return nil
    case "mixed_float16"?, "mixed_bfloat16"?, "infer"?:
      self.init(name: name ?? "", variableDType: .float32)
    case .some(let name):
      guard let dtype = DType(rawValue: name), dtype.isFloatingPoint else { return nil }
      self.init(name: name, variableDType: dtype)
    }
  }
}
