import OrderedJSON
import Tensors
import Testing

@testable import KerasArchitecture

/// Arguments of TensorFlow functions that no model has: sizes below zero, results without end, indices that
/// contradict themselves. The shape is then not known, which is said where a layer needs it; nothing traps
/// and nothing grows.
@Suite struct HostileFunctionTests {
  /// The error of a dense layer that follows the functions, or the shape of its kernel. Of a call, the
  /// keyword arguments are given, or the whole node; `$x` is the result before it.
  private func kernel(
    after functions: [(function: String, arguments: String)], input: String = "[null, 4]"
  ) throws -> String {
    var previous = "i"
    var layers = [
      #"{"class_name": "InputLayer", "name": "i", "inbound_nodes": [], "#
        + #""config": {"name": "i", "dtype": "float32", "batch_input_shape": \#(input)}}"#
    ]
    for (index, call) in functions.enumerated() {
      let node = call.arguments.hasPrefix("{") ? #"["$x", 0, 0, \#(call.arguments)]"# : call.arguments
      layers.append(
        #"{"class_name": "TFOpLambda", "name": "f\#(index)", "#
          + #""config": {"name": "f\#(index)", "function": "\#(call.function)"}, "#
          + #""inbound_nodes": [\#(node.replacing("$x", with: previous))]}"#)
      previous = "f\(index)"
    }
    layers.append(
      #"{"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3}, "#
        + #""inbound_nodes": [[["\#(previous)", 0, 0, {}]]]}"#)
    let document = try JSONParser.parse(
      #"{"class_name": "Functional", "keras_version": "2.10.0", "config": {"name": "m", "#
        + #""layers": [\#(layers.joined(separator: ", "))], "#
        + #""input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}}"#)
    do throws(ArchitectureError) {
      let kernel = try ArchitectureReader.read(document).layers.last?.weights.first
      return "\(kernel?.spec.shape ?? [])"
    } catch {
      return "\(error)"
    }
  }

  private static let lowest = "-9223372036854775808"
  private static let slice = "__operators__.getitem"

  private static let refused: [(calls: [(function: String, arguments: String)], input: String)] = [
    (
      [(slice, #"{"slice_spec": [{"class_name": "__ellipsis__"}, {"class_name": "__ellipsis__"}]}"#)],
      "[null, 4]"
    ),
    (
      [
        ("reshape", #"{"shape": [-5]}"#),
        (slice, #"{"slice_spec": [{"start": 0, "stop": 2, "step": null}]}"#),
      ], "[null, 4]"
    ),
    ([("reshape", #"{"shape": [-1, -5]}"#)], "[null, 4]"),
    (
      [
        ("reshape", #"{"shape": [1, \#(lowest), 4, \#(lowest)]}"#),
        ("nn.max_pool2d", #"{"ksize": 2, "strides": 2, "padding": "SAME"}"#),
      ], "[null, 4]"
    ),
    (
      [
        ("reshape", #"{"shape": [\#(lowest)]}"#),
        (slice, #"{"slice_spec": [{"start": null, "stop": null, "step": -2}]}"#),
      ], "[null, 4]"
    ),
    ([("split", #"{"axis": 1, "num_or_size_splits": [2147483648, -1, 2147483648]}"#)], "[null, 4]"),
  ]

  @Test(arguments: refused.indices)
  func `a shape that cannot be is not known`(index: Int) throws {
    let (calls, input) = Self.refused[index]
    let message = try kernel(after: calls, input: input)
    #expect(message.contains(#""d" (Dense)"#), "\(message)")
  }

  @Test func `a slice is counted, not walked`() throws {
    let rest =
      #"{"slice_spec": [{"start": null, "stop": null, "step": null}, {"start": 1, "stop": null, "step": null}]}"#
    #expect(try kernel(after: [(Self.slice, rest)], input: "[null, 100000001]") == "(100000000, 3)")
    let every =
      #"{"slice_spec": [{"start": null, "stop": null, "step": null}, {"start": null, "stop": 1, "step": -3}]}"#
    #expect(try kernel(after: [(Self.slice, every)], input: "[null, 1000000000]") == "(333333333, 3)")
  }

  /// Each call would double the number of axes, or of constants: forty of them would fill any memory.
  @Test func `what doubles at every call ends`() throws {
    let tensordot = ("tensordot", #"{"b": ["$x", 0, 0], "axes": 0}"#)
    #expect(try kernel(after: Array(repeating: tensordot, count: 40)).contains(#""d" (Dense)"#))
    let concat = ("concat", #"[["$x", 0, 0, {"axis": 0}], ["$x", 0, 0, {}]]"#)
    let shapes = Array(repeating: concat, count: 40)
    #expect(try kernel(after: [("shape", "{}")] + shapes).contains(#""d" (Dense)"#))
  }
}
