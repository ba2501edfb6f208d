import OrderedJSON
import Testing

@testable import KerasArchitecture

/// Documents that are JSON but no architecture: each is refused with its place and what was expected.
@Suite struct ArchitectureErrorTests {
  private func error(_ text: String) throws -> String {
    let document = try JSONParser.parse(text)
    do throws(ArchitectureError) {
      _ = try ArchitectureReader.read(document)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// A short form over an input of ten features.
  private func layers(_ layers: String, input: String = "[10]") -> String {
    "{\"input_shape\": \(input), \"layers\": [\(layers)]}"
  }

  private static let fields: [(layer: String, input: String, message: String)] = [
    (
      #"{"class_name": "Dense"}"#, "[10]",
      #"layers[0] "dense" (Dense): `units` is missing; expected a positive integer"#
    ),
    (
      #"{"class_name": "Dense", "units": -3}"#, "[10]",
      #"layers[0].units "dense" (Dense): `units` must be a positive integer; found -3"#
    ),
    (
      #"{"class_name": "Dense", "config": {"units": "ten"}}"#, "[10]",
      #"layers[0].units "dense" (Dense): `units` must be a positive integer; found "ten""#
    ),
    (
      #"{"class_name": "Dense", "units": 3, "use_bias": 1}"#, "[10]",
      #"layers[0].use_bias "dense" (Dense): `use_bias` must be true or false; found 1"#
    ),
    (
      #"{"class_name": "Dense", "units": 9223372036854775807}"#, "[10]",
      #"layers[0] "dense" (Dense): `kernel` would be too large: the shape (10, 9223372036854775807) has more elements than can be addressed; expected at most 2^56 bytes"#
    ),
    (
      #"{"class_name": "Dens", "units": 3}"#, "[10]",
      #"layers[0].class_name: layer "dens" has the class "Dens", which wtool does not know; did you mean "Dense"?"#
    ),
    (
      #"{"class_name": "Conv2D", "filters": 3, "kernel_size": 3}"#, "[10]",
      #"layers[0] "conv2d" (Conv2D): expected an input of rank 4; found the shape (None, 10)"#
    ),
    (
      #"{"class_name": "Conv2D", "filters": 3, "kernel_size": 5}"#, "[4, 4, 1]",
      #"layers[0] "conv2d" (Conv2D): a window of [5, 5] does not fit into the input's shape (None, 4, 4, 1)"#
    ),
    (
      #"{"class_name": "Conv2D", "filters": 3, "kernel_size": [3, 3, 3]}"#, "[8, 8, 1]",
      #"layers[0].kernel_size "conv2d" (Conv2D): `kernel_size` must be a positive integer, or 2 of them; found [3, 3, 3]"#
    ),
    (
      #"{"class_name": "Conv2D", "filters": 4, "kernel_size": 1, "groups": 2}"#, "[8, 8, 3]",
      #"layers[0] "conv2d" (Conv2D): the input's 3 channels are not a multiple of `groups` (2)"#
    ),
    (
      #"{"class_name": "Conv2D", "filters": 4, "kernel_size": 1, "padding": "full"}"#, "[8, 8, 3]",
      #"layers[0].padding "conv2d" (Conv2D): `padding` must be one of "valid", "same"; found "full""#
    ),
    (
      #"{"class_name": "Conv2D", "filters": 4, "kernel_size": 3, "strides": 2, "dilation_rate": 2}"#,
      "[8, 8, 3]",
      #"layers[0] "conv2d" (Conv2D): `strides` and `dilation_rate` must not both be above 1"#
    ),
    (
      #"{"class_name": "Dense", "units": 3}"#, "[null]",
      #"layers[0] "dense" (Dense): axis -1 of the input must have a known size; found the shape (None, None)"#
    ),
    (
      #"{"class_name": "Reshape", "target_shape": [3, 4]}"#, "[10]",
      #"layers[0] "reshape" (Reshape): cannot reshape (None, 10), 10 values without the batch, to [3, 4]"#
    ),
    (
      #"{"class_name": "Dropout", "rate": 2}"#, "[10]",
      #"layers[0].rate "dropout" (Dropout): `rate` must be a number between 0 and 1; found 2"#
    ),
    (
      #"{"class_name": "Dense", "units": 3, "dtype": "complex64"}"#, "[10]",
      #"layers[0] "dense" (Dense): `dtype` must be a floating-point type or policy; found "complex64""#
    ),
    (
      #"{"class_name": "Dense", "units": 3, "kernel_initializer": 7}"#, "[10]",
      #"layers[0].kernel_initializer "dense" (Dense): `kernel_initializer` must be an initializer: its name, or an object with `class_name` and `config`; found 7"#
    ),
    (#"7"#, "[10]", "layers[0]: expected a layer: an object; found a number"),
    (
      #"{"class_name": "LSTM", "units": 3}"#, "[10]",
      #"layers[0] "lstm" (LSTM): expected an input of rank 3 or more; found the shape (None, 10)"#
    ),
    (
      #"{"class_name": "Dense", "units": 3, "name": "a/b"}"#, "[10]",
      #"layers[0].name "a/b" (Dense): a layer's name must not be empty or contain "/" or a zero character"#
    ),
    (
      #"{"class_name": "Dense", "units": 3, "name": "a"}, {"class_name": "Dense", "units": 3, "name": "a"}"#,
      "[10]",
      #"layers[1] "a" (Dense): another layer of "sequential" has the same name"#
    ),
  ]

  @Test(arguments: fields)
  func `a wrong field is named with its place`(layer: String, input: String, message: String) throws {
    #expect(try error(layers(layer, input: input)) == message)
  }

  private static let documents: [(text: String, message: String)] = [
    (#"{"input_shape": [3], "layers": []}"#, "layers: `layers` must not be empty"),
    (
      #"{"layers": [{"class_name": "Dense", "units": 3}]}"#,
      "the shape of the input is missing: add `input_shape`, such as [784], or pass --input-shape 784"
    ),
    (
      #"{"input_shape": [3], "layers": [{"class_name": "Dense", "units": 3, "activaton": "relu"}]}"#,
      "layers[0].activaton: no layer of Keras has the field `activaton`; did you mean `activation`?"
    ),
    (
      #"{"input_shape": [3], "layers": [{"class_name": "Dense", "units": 3, "config": {"units": 4}}]}"#,
      "layers[0].units: `units` is given beside `config` and in it"
    ),
    (
      #"{"input_shape": [3], "batch_shape": [null, 4], "layers": [{"class_name": "Dense", "units": 3}]}"#,
      "input_shape: only one of `batch_shape` and `input_shape` may be given"
    ),
    (
      #"{"input_shape": [3], "layers": [{"class_name": "Dense", "units": 3, "kernel_initializer": {"class_name": "RandomNormal", "stddev": 0.9}}]}"#,
      #"layers[0].kernel_initializer "dense" (Dense): `stddev` must stand in the initializer's `config`"#
    ),
    ("7", "expected a model: an object with `class_name` and `config`, or with `layers`; found a number"),
    ("{}", "expected a layer: `class_name` is missing or not a string"),
    (
      #"{"class_name": "Dense", "config": {"units": 3}}"#,
      #""dense" (Dense): expected a model: a Sequential or a Functional"#
    ),
    (
      #"{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": 3}}]}}"#,
      #""sequential" (Sequential): the description does not say the shape of the model's input; give it with --input-shape, such as --input-shape 784, without the batch's size"#
    ),
    (#"{"layers": 3}"#, "layers: `layers` must be a list of layers"),
    (
      #"{"input_shap": [3], "layers": []}"#,
      "input_shap: the short form has no key `input_shap`; did you mean `input_shape`?"
    ),
    (
      #"{"input_shape": 3, "layers": [7]}"#,
      "input_shape: `input_shape` must be a list of sizes without the batch, such as [784]"
    ),
    (
      #"{"class_name": "Sequential", "config": 3}"#,
      "config: a layer's `config` must be an object; found a number"
    ),
    (
      #"{"class_name": "Sequential", "keras_version": "1.2.2", "config": [{"class_name": "Convolution2D", "config": {"#
        + #""name": "c", "nb_filter": -1, "nb_row": 3, "nb_col": 3, "batch_input_shape": [null, 8, 8, 3]}}]}"#,
      #"config[0].config.nb_filter "c" (Convolution2D): `nb_filter` must be a positive integer; found -1"#
    ),
    (
      #"{"class_name": "Sequential", "keras_version": "1.2.2", "config": [{"class_name": "Merge", "config": {"#
        + #""name": "m", "mode": "sun", "layers": []}}]}"#,
      #"config[0].config "m" (Merge): `mode` must be one of "ave", "concat", "cos", "dot", "max", "mul", "sum"; "#
        + #"found "sun""#
    ),
    (
      #"{"class_name": "Sequential", "config": {"layers": [{"class_name": "mine>Scaled", "config": {"name": "s"}}]}}"#,
      #"config.layers[0].class_name: layer "s" has the class "mine>Scaled", which wtool does not know; "#
        + "--like FILE takes its weights from an existing file of the same model"
    ),
  ]

  @Test(arguments: documents)
  func `what is no model is refused`(text: String, message: String) throws {
    #expect(try error(text) == message)
  }

  // MARK: Graphs

  private func functional(_ nodes: [(name: String, inputs: [String])], outputs: String = "b") -> String {
    let layers = nodes.map { node in
      let tensors = node.inputs.map { #"["\#($0)", 0, 0, {}]"# }.joined(separator: ", ")
      return
        #"{"class_name": "Dense", "name": "\#(node.name)", "config": {"units": 3}, "inbound_nodes": [[\#(tensors)]]}"#
    }
    let input =
      #"{"class_name": "InputLayer", "name": "i", "config": {"batch_input_shape": [null, 3]}, "inbound_nodes": []}"#
    return
      #"{"class_name": "Functional", "config": {"name": "m", "layers": [\#(([input] + layers).joined(separator: ", "))], "#
      + #""input_layers": [["i", 0, 0]], "output_layers": [["\#(outputs)", 0, 0]]}, "keras_version": "2.21.0"}"#
  }

  @Test func `a cycle is found`() throws {
    let message = try error(functional([("a", ["b"]), ("b", ["a"])]))
    #expect(
      message
        == #"config.layers[1].inbound_nodes[0] "a" (Dense): the graph has a cycle, or an input that nothing provides"#
    )
  }

  @Test func `a reference to nothing is found`() throws {
    #expect(
      try error(functional([("b", ["x"])]))
        == #"config.layers[1].inbound_nodes[0] "m" (Functional): there is no layer "x" in this model"#)
    #expect(
      try error(functional([("b", ["i"])], outputs: "x"))
        == #"config.output_layers "m" (Functional): there is no layer "x" in this model"#)
  }

  @Test func `a call that was never made is found`() throws {
    let text = functional([("b", ["i"])]).replacing(#"[["b", 0, 0]]"#, with: #"[["b", 4, 0]]"#)
    #expect(
      try error(text)
        == #"config.output_layers "m" (Functional): "b" is called once; there is no call 4"#)
  }

  @Test func `a build_config that does not fit the call is found`() throws {
    let text = #"""
      {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "i"}},
        {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "name": "d"},
         "build_config": {"input_shape": [null, 5]}}]}}
      """#
    #expect(
      try error(text)
        == #"config.layers[1] "d" (Dense): it was built with (5, 3) for `kernel`, but this call needs (4, 3): "#
        + "`build_config` is out of date, or a shared layer is called with other sizes")
  }

  @Test func `a chain of ten thousand layers is read`() throws {
    let nodes = (0..<10_000).map { (name: "d\($0)", inputs: [$0 == 0 ? "i" : "d\($0 - 1)"]) }
    let architecture = try ArchitectureReader.read(JSONParser.parse(functional(nodes, outputs: "d9999")))
    #expect(architecture.layers.count == 10_001)
    #expect(architecture.layers.last?.name == "d9999")
  }

  @Test func `models nested as deep as JSON allows are read`() throws {
    var text = #"{"class_name": "Dense", "config": {"name": "d", "units": 3}}"#
    for depth in 0..<100 {
      text = #"{"class_name": "Sequential", "config": {"name": "s\#(depth)", "layers": [\#(text)]}}"#
    }
    text = #"{"input_shape": [4], "layers": [\#(text)]}"#
    #expect(try ArchitectureReader.read(JSONParser.parse(text)).weights.count == 2)
  }
}
