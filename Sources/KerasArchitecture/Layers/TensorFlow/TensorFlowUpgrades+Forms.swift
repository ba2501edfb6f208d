import OrderedJSON
import Tensors

extension TensorFlowUpgrades {
  static func alongAxis(_ className: String, _ arguments: OperationArguments) -> OperationForm? {
    guard arguments.has(only: "axis") else { return nil }
    return OperationForm(
      module: "nn", className: className, config: ["axis": arguments.constant("axis") ?? -1],
      arguments: [arguments.first])
  }

  static func pooled(
    _ className: String, _ arguments: OperationArguments, rank: Int = 2
  ) -> OperationForm? {
    guard let size = window(arguments.constant("ksize"), rank: rank),
      let strides = window(arguments.constant("strides"), rank: rank),
      let padding = padding(arguments), arguments.input.rank == rank + 2,
      ["NHWC", "NWC"].contains(arguments.constant("data_format")?.stringValue ?? "NHWC")
    else { return nil }
    return OperationForm(
      module: "nn", className: className,
      config: ["pool_size": size, "strides": strides, "padding": padding, "data_format": "channels_last"],
      arguments: [arguments.first])
  }

  static func convolved(
    _ arguments: OperationArguments, rank: Int, format: String
  ) -> OperationForm? {
    guard let kernel = arguments["filters"] ?? arguments["filter"],
      let strides = window(arguments.constant("strides", "stride"), rank: rank),
      let padding = padding(arguments), arguments.input.rank == rank + 2,
      let dilations = window(arguments.constant("dilations") ?? 1, rank: rank),
      [format, "NHWC"].contains(arguments.constant("data_format")?.stringValue ?? format)
    else { return nil }
    return OperationForm(
      module: "nn", className: "Conv",
      config: [
        "strides": strides, "padding": padding, "data_format": "channels_last", "dilation_rate": dilations,
      ], arguments: [arguments.first, kernel.operand])
  }

  static func padding(_ arguments: OperationArguments) -> JSONValue? {
    let name = arguments.constant("padding")?.stringValue?.lowercased() ?? ""
    return ["same", "valid"].contains(name) ? .string(name) : nil
  }

  static func cumulated(_ className: String, _ arguments: OperationArguments) -> OperationForm? {
    guard arguments.has(only: "axis", "reverse") else { return nil }
    let axis = arguments.constant("axis") ?? 0
    let config: JSONObject = ["axis": axis, "dtype": .null]
    guard arguments.constant("reverse") == true else { return numpy(className, config, [arguments.first]) }
    return numpy("Flip", ["axis": axis], [arguments.first])
      .followed(by: "numpy", className, config).followed(by: "numpy", "Flip", ["axis": axis])
  }

  static func isAscending(_ arguments: OperationArguments) -> Bool {
    (arguments.constant("direction")?.stringValue ?? "ASCENDING") == "ASCENDING"
  }

  /// The number of equal parts, or the places between parts of given sizes.
  static func sections(_ arguments: OperationArguments) -> JSONValue? {
    guard let parts = arguments.constant("num_or_size_splits") else { return nil }
    if parts.wholeNumber != nil { return parts }
    guard var sizes = parts.arrayValue?.compactMap(\.wholeNumber), sizes.count == parts.arrayValue?.count,
      sizes.count > 1
    else { return nil }
    if let open = sizes.firstIndex(of: -1) {
      let known = sizes.filter { $0 != -1 }
      guard let axis = arguments.input.index(ofAxis: arguments.constant("axis")?.wholeNumber ?? 0),
        let size = arguments.input.dimensions[axis], let sum = CheckedSize.sum(known),
        known.count == sizes.count - 1,
        let rest = CheckedSize(size).minus(sum).value, rest >= 0
      else { return nil }
      sizes[open] = rest
    }
    var place = CheckedSize(0)
    return .array(
      sizes.dropLast().map { size in
        place = place.plus(size)
        return place.value.map { JSONValue($0) } ?? .null
      })
  }

  /// A size for each spatial axis: from one number, one each, or with those of the batch and the channels.
  static func window(_ sizes: JSONValue?, rank: Int) -> JSONValue? {
    guard let sizes else { return nil }
    let numbers = (sizes.arrayValue ?? [sizes]).compactMap(\.wholeNumber)
    switch numbers.count {
    case 1: return .array(Array(repeating: JSONValue(numbers[0]), count: rank))
    case rank: return .array(numbers.map { JSONValue($0) })
    case rank + 2 where numbers.first == 1 && numbers.last == 1:
      return .array(numbers.dropFirst().dropLast().map { JSONValue($0) })
    default: return nil
    }
  }

  static func rearranged(_ className: String, _ arguments: OperationArguments) -> OperationForm? {
    guard let size = arguments.constant("block_size"), arguments.has(only: "block_size", "data_format"),
      (arguments.constant("data_format")?.stringValue ?? "NHWC") == "NHWC"
    else { return nil }
    return OperationForm(
      module: "nn", className: className, config: ["block_size": size, "data_format": "channels_last"],
      arguments: [arguments.first])
  }

  static func reducedAlongOne(_ className: String, _ arguments: OperationArguments) -> OperationForm? {
    guard arguments.has(only: "axis", "output_type") else { return nil }
    return numpy(className, ["axis": arguments.constant("axis") ?? 0, "keepdims": false], [arguments.first])
  }

  /// The elements of `x[…]` with whole axes in place of an ellipsis.
  static func expanded(_ elements: [GraphArgument], rank: Int) -> [GraphArgument] {
    func isEllipsis(_ element: GraphArgument) -> Bool { element.constant?["class_name"] == "__ellipsis__" }
    let used = elements.count { !isEllipsis($0) && $0.constant?.isNull != true }
    let whole = GraphArgument.value(["start": .null, "stop": .null, "step": .null])
    return elements.flatMap { element in
      isEllipsis(element) ? Array(repeating: whole, count: max(0, rank - used)) : [element]
    }
  }

  /// An element of `x[…]`; `nil` if a bound is computed.
  static func sliceElement(_ argument: GraphArgument) -> JSONValue? {
    guard let constant = argument.constant else { return nil }
    guard let members = constant.objectValue else { return constant }
    if members["class_name"] == "__ellipsis__" { return ["class_name": "__ellipsis__", "config": [:]] }
    return [
      "class_name": "__slice__",
      "config": [
        "start": members["start"] ?? .null, "stop": members["stop"] ?? .null,
        "step": members["step"] ?? .null,
      ],
    ]
  }
}
