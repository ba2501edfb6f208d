import OrderedJSON
package import Tensors

/// A dtype policy: the types of a layer's variables and of its computation.
package struct DTypePolicy: Sendable, Hashable {
  /// The name of the policy: `float32`, `mixed_float16` …
  package let name: String
  package let variableDType: DType

  /// The type that the layer computes in.
  var computeDType: DType {
    switch name {
    case "mixed_float16": .float16
    case "mixed_bfloat16": .bfloat16
    default: variableDType
    }
  }

  static let standard = DTypePolicy(name: "float32", variableDType: .float32)

  init(name: String, variableDType: DType) {
    self.name = name
    self.variableDType = variableDType
  }

  /// Reads the `dtype` of a configuration: a name, or a serialized policy of Keras 2 or 3.
  ///
  /// - Returns: `nil` if it is not a floating-point policy.
  init?(_ value: JSONValue?) {
    guard let value, !value.isNull else {
      self = .standard
      return
    }
    // The policy of each layer goes by its path.
    if value["class_name"] == "DTypePolicyMap" { return nil }
    let config = value["config"]
    let whole = value.stringValue ?? config?["source_name"]?.stringValue ?? config?["name"]?.stringValue
    // `int8_from_mixed_bfloat16` computes with bytes and keeps the rest as the second policy says.
    let name = whole.map {
      $0.firstRange(of: "_from_").map { range in String(whole?[range.upperBound...] ?? "") } ?? $0
    }
    switch name {
    case nil where value.objectValue != nil: self = .standard
    case nil: return nil
    case "mixed_float16"?, "mixed_bfloat16"?, "infer"?:
      self.init(name: name ?? "", variableDType: .float32)
    case .some(let name):
      guard let dtype = DType(rawValue: name), dtype.isFloatingPoint else { return nil }
      self.init(name: name, variableDType: dtype)
    }
  }

  /// The mode of a quantized policy, such as `int8` or `int4/128`; `nil` for any other.
  static func quantizationMode(_ value: JSONValue?) -> String? {
    if let mode = value?["config"]?["mode"]?.stringValue { return mode }
    let name = value?.stringValue ?? value?["config"]?["name"]?.stringValue
    return name.flatMap { name in name.firstRange(of: "_from_").map { String(name[..<$0.lowerBound]) } }
  }
}
