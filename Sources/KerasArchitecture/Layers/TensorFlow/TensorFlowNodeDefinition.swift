import OrderedJSON
import Tensors

/// An operation of a TensorFlow graph, as tf.keras before 2.4 wrote it: inputs that are not tensors are in
/// `constants`, by position.
struct TensorFlowNodeDefinition {
  /// The equivalent TensorFlow function.
  let function: String
  private let operation: String
  let attributes: JSONObject
  private let constants: [Int: JSONValue]
  private let inputCount: Int

  /// The function and the names of its arguments after the first, for each operation.
  private static let functions: [String: (function: String, arguments: [String])] = [
    "BatchMatMul": ("matmul", ["b"]), "BatchMatMulV2": ("matmul", ["b"]), "ConcatV2": ("concat", []),
    "DepthToSpace": ("nn.depth_to_space", []), "ExpandDims": ("expand_dims", ["axis"]), "Fill": ("fill", []),
    "GatherV2": ("gather", ["indices", "axis"]), "MatMul": ("matmul", ["b"]), "Pack": ("stack", []),
    "Pad": ("pad", ["paddings"]), "PadV2": ("pad", ["paddings"]), "RandomStandardNormal": ("fill", []),
    "RandomUniform": ("fill", []), "Reshape": ("reshape", ["shape"]),
    "ReverseV2": ("reverse", []), "TruncatedNormal": ("fill", []),
    "ResizeBilinear": ("image.resize", ["size"]), "ResizeNearestNeighbor": ("image.resize", ["size"]),
    "Shape": ("shape", []), "Slice": ("slice", ["begin", "size"]), "SpaceToDepth": ("nn.space_to_depth", []),
    "Squeeze": ("squeeze", []), "Tile": ("tile", ["multiples"]), "Transpose": ("transpose", ["perm"]),
    "Split": ("split", []), "SplitV": ("split", []), "Unpack": ("unstack", []),
    "OneHot": ("one_hot", ["depth"]), "ArgMax": ("math.argmax", ["axis"]),
    "ArgMin": ("math.argmin", ["axis"]), "StridedSlice": ("__operators__.getitem", []),
    "Sum": ("reduce_sum", ["axis"]), "Mean": ("reduce_mean", ["axis"]), "Max": ("reduce_max", ["axis"]),
    "Min": ("reduce_min", ["axis"]), "Prod": ("reduce_prod", ["axis"]), "All": ("reduce_all", ["axis"]),
    "Any": ("reduce_any", ["axis"]), "AddV2": ("add", []), "Conv2D": ("nn.conv2d", ["filters"]),
    "MaxPool": ("nn.max_pool2d", []), "AvgPool": ("nn.avg_pool2d", []),
  ]

  /// The names of attributes as arguments, where the two differ.
  private static let argumentNames = [
    "keep_dims": "keepdims", "squeeze_dims": "axis", "adj_x": "transpose_a", "adj_y": "transpose_b",
  ]

  init?(_ config: LayerConfig) {
    guard let node = config["node_def"], let operation = node["op"]?.stringValue else { return nil }
    self.operation = operation
    attributes = node["attr"]?.objectValue ?? JSONObject()
    inputCount = min(node["input"]?.arrayValue?.count ?? 0, 1 << 16)
    var constants: [Int: JSONValue] = [:]
    for member in config["constants"]?.objectValue?.members ?? [] {
      if let position = Int(member.key) { constants[position] = member.value }
    }
    self.constants = constants
    // The names of elementwise functions differ only in their style: `RealDiv`, `real_div`.
    function = Self.functions[operation]?.function ?? PythonNames.snakeCase(operation)
  }

  func arguments(_ call: LayerCall) -> TensorFlowArguments {
    var tensors = (call.positional.flatMap(\.elements))[...]
    var inputs: [ShapeStructure] = []
    for position in 0..<max(inputCount, constants.count + tensors.count) {
      if let constant = constants[position] {
        inputs.append(.value(constant))
      } else if let tensor = tensors.popFirst() {
        inputs.append(tensor)
      }
    }
    var keywords: [String: ShapeStructure] = [:]
    for member in attributes.members {
      keywords[Self.argumentNames[member.key] ?? member.key] = Self.value(member.value).map { .value($0) }
    }
    if operation == "ConcatV2", let axis = inputs.popLast() { keywords["axis"] = axis }
    if operation == "StridedSlice" { return slice(inputs) }
    if operation == "Split" || operation == "SplitV" { return split(inputs) }
    for (name, argument) in zip(Self.functions[operation]?.arguments ?? [], inputs.dropFirst()) {
      keywords[name] = argument
    }
    if operation == "ReverseV2" { inputs = Array(inputs.prefix(1)) }
    let named = Self.functions[operation]?.arguments.count ?? 0
    return TensorFlowArguments(inputs: named > 0 ? Array(inputs.prefix(1)) : inputs, keywords: keywords)
  }

  /// An attribute: `{"i": "3"}`, `{"b": true}`, `{"list": {"i": ["1"]}}`, `{"s": "U0FNRQ=="}`.
  private static func value(_ attribute: JSONValue) -> JSONValue? {
    if let flag = attribute["b"] { return flag }
    if let number = integer(attribute["i"]) { return JSONValue(number) }
    if let list = attribute["list"]?["i"]?.arrayValue {
      return .array(list.compactMap { integer($0).map { JSONValue($0) } })
    }
    // Bytes are in base 64. Only these values occur in rules.
    switch attribute["s"]?.stringValue {
    case "U0FNRQ=="?: return "SAME"
    case "VkFMSUQ="?: return "VALID"
    case "TkhXQw=="?: return "NHWC"
    case "TkNIVw=="?: return "NCHW"
    default: return nil
    }
  }

  /// Integers of 64 bits are strings in protocol buffers' JSON.
  private static func integer(_ value: JSONValue?) -> Int? {
    value?.wholeNumber ?? value?.stringValue.flatMap { Int($0) }
  }

  private func mask(_ name: String) -> Int { Self.integer(attributes[name]?["i"]) ?? 0 }

  /// `StridedSlice` as the `slice_spec` of Python's `x[…]`.
  private func slice(_ inputs: [ShapeStructure]) -> TensorFlowArguments {
    let bounds = Array(inputs.dropFirst()).map(\.sizes)
    guard bounds.count == 3, let starts = bounds[0], let stops = bounds[1], let steps = bounds[2],
      starts.count == stops.count, stops.count == steps.count, starts.count < 32
    else { return TensorFlowArguments(inputs: Array(inputs.prefix(1)), keywords: [:]) }
    let elements = starts.indices.map { axis -> ShapeStructure in
      func isSet(_ name: String) -> Bool { mask(name) >> axis & 1 == 1 }
      func bound(_ value: Int?, _ isOpen: Bool) -> ShapeStructure {
        if isOpen { return .value(.null) }
        return value.map { .value(JSONValue($0)) } ?? .tensor([])
      }
      if isSet("ellipsis_mask") { return .dictionary([("class_name", .value("__ellipsis__"))]) }
      if isSet("new_axis_mask") { return .value(.null) }
      if isSet("shrink_axis_mask") { return bound(starts[axis], false) }
      return .dictionary([
        ("start", bound(starts[axis], isSet("begin_mask"))), ("stop", bound(stops[axis], isSet("end_mask"))),
        ("step", bound(steps[axis], false)),
      ])
    }
    return TensorFlowArguments(inputs: Array(inputs.prefix(1)), keywords: ["slice_spec": .list(elements)])
  }

  /// `Split` has its axis first, `SplitV` the sizes between tensor and axis.
  private func split(_ inputs: [ShapeStructure]) -> TensorFlowArguments {
    guard inputs.count >= 2 else { return TensorFlowArguments(inputs: inputs, keywords: [:]) }
    if operation == "Split" {
      let count = Self.integer(attributes["num_split"]?["i"]).map { ShapeStructure.value(JSONValue($0)) }
      return TensorFlowArguments(
        inputs: [inputs[1]], keywords: ["axis": inputs[0], "num_or_size_splits": count ?? .value(.null)])
    }
    return TensorFlowArguments(
      inputs: [inputs[0]],
      keywords: ["num_or_size_splits": inputs[1], "axis": inputs.count > 2 ? inputs[2] : .value(0)])
  }
}

extension ShapeStructure {
  /// The elements of a list, or the structure itself.
  var elements: [ShapeStructure] {
    if case .list(let elements) = self { elements } else { [self] }
  }
}
