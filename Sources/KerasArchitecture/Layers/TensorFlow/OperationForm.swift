import OrderedJSON

/// An operation of Keras 3 with the arguments of a call.
struct OperationForm {
  let module: String
  let className: String
  var config = JSONObject()
  let arguments: [GraphArgument]
  /// An operation on the result.
  private var next: [OperationForm] = []

  init(module: String, className: String, config: JSONObject = JSONObject(), arguments: [GraphArgument]) {
    self.module = module
    self.className = className
    self.config = config
    self.arguments = arguments
  }

  /// The operation and those that follow.
  var chain: [OperationForm] { [self] + next }

  /// The same with another operation on its result.
  func followed(by module: String, _ className: String, _ config: JSONObject = JSONObject()) -> OperationForm
  {
    var form = self
    form.next.append(OperationForm(module: module, className: className, config: config, arguments: []))
    return form
  }
}

/// The arguments of a TensorFlow function in a graph.
struct OperationArguments {
  /// The first argument.
  let first: GraphArgument
  private let keywords: [String: GraphArgument]
  let input: PartialShape
  let result: PartialShape

  init(_ call: UpgradedCall, input: PartialShape, result: PartialShape) {
    first = call.positional.count == 1 ? call.positional[0] : .list(call.positional)
    keywords = Dictionary(call.keywords.map { ($0.key, $0.value) }) { first, _ in first }
    self.input = input
    self.result = result
  }

  /// The two operands of a function: the second is an argument of its own, or in a list with the first.
  var operands: [GraphArgument]? {
    if let other = self["y"], has(only: "y") { return [first.operand, other.operand] }
    guard case .list(let elements) = first, elements.count == 2, has(only: "name") else { return nil }
    return elements.map(\.operand)
  }

  /// An argument that is there and not `None`.
  subscript(_ name: String) -> GraphArgument? {
    guard let argument = keywords[name] else { return nil }
    if case .value(.null) = argument { return nil }
    return argument
  }

  /// An argument without tensors; `nil` if it is missing or has some.
  func constant(_ names: String...) -> JSONValue? {
    names.lazy.compactMap { self[$0]?.constant }.first
  }

  /// Whether every argument but some is missing, or says nothing.
  func has(only names: String...) -> Bool {
    keywords.allSatisfy { name, value in
      if names.contains(name) || name == "name" { return true }
      guard let constant = value.constant else { return false }
      return constant.isNull || constant == false
    }
  }
}

extension GraphArgument {
  /// The argument as an operand: a list of numbers is an array.
  var operand: GraphArgument {
    guard let constant, constant.arrayValue != nil else { return self }
    return .value(["class_name": "__numpy__", "config": ["value": constant, "dtype": "float32"]])
  }
}
