import Failures
import Initialization
import ModelFiles
import OrderedJSON
import RandomStreams
import Testing
import WeightAudit
import WeightFiles

/// Architectures whose numbers are at the ends of what a number can be: each is planned and audited, or
/// refused in one line. Nothing traps and nothing takes memory by what a number says.
@Suite("Hostile numbers") struct HostileNumberTests {
  private static let spellings = [
    "0", "-1", "1", "3", "65536", "1048576", "2147483648", "4294967296", "9007199254740993",
    "1152921504606846976", "1317624576693539401", "3074457345618258603", "4611686018427387904",
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "-1e308", "5e-324", "1.5",
    "NaN", "Infinity", "null", "true", "\"\"", "[]", "[9223372036854775807]",
    "[9223372036854775807, 9223372036854775807]", "[[9223372036854775807, 1], [1, 1]]", "{}",
  ]

  /// Models in the short form; the number after each `#` is replaced by every spelling in turn.
  private static let models = [
    #"{"input_shape": [#20, #4], "layers": [{"class_name": "Conv1D", "filters": #4, "kernel_size": #3, "strides": #1, "dilation_rate": #1, "groups": #1, "lora_rank": #2}, {"class_name": "MaxPooling1D", "pool_size": #2, "strides": #2}, {"class_name": "ZeroPadding1D", "padding": #2}, {"class_name": "Cropping1D", "cropping": #1}, {"class_name": "UpSampling1D", "size": #2}, {"class_name": "Flatten"}]}"#,
    #"{"input_shape": [#20, #4], "layers": [{"class_name": "Conv1D", "filters": 4, "kernel_size": #3, "padding": "causal", "dilation_rate": #2}, {"class_name": "LocallyConnected1D", "filters": #4, "kernel_size": #3}, {"class_name": "GlobalMaxPooling1D"}]}"#,
    #"{"input_shape": [#9, #8, #4], "layers": [{"class_name": "Conv2DTranspose", "filters": #4, "kernel_size": #3, "strides": #2, "output_padding": #1, "padding": "same"}, {"class_name": "SeparableConv2D", "filters": #3, "kernel_size": #3, "depth_multiplier": #2}, {"class_name": "DepthwiseConv2D", "kernel_size": #3, "depth_multiplier": #2, "padding": "same"}, {"class_name": "Resizing", "height": #10, "width": #10}, {"class_name": "GlobalAveragePooling2D"}]}"#,
    #"{"input_shape": [#9, #4], "layers": [{"class_name": "Conv1DTranspose", "filters": #4, "kernel_size": #3, "dilation_rate": #2}, {"class_name": "Conv1DTranspose", "filters": 4, "kernel_size": #3, "dilation_rate": #2, "output_padding": 0}]}"#,
    #"{"input_shape": [#7, #5], "layers": [{"class_name": "LSTM", "units": #4, "return_sequences": true}, {"class_name": "GRU", "units": #4, "return_sequences": true, "dropout": #0.5}, {"class_name": "CuDNNLSTM", "units": #4, "return_sequences": true}, {"class_name": "LSTM", "units": #4, "unit_forget_bias": false, "return_sequences": true}, {"class_name": "Bidirectional", "layer": {"class_name": "SimpleRNN", "config": {"units": #3}}}]}"#,
    #"{"input_shape": [#7, #5], "layers": [{"class_name": "Reshape", "target_shape": [#5, #7]}, {"class_name": "Permute", "dims": [#2, #1]}, {"class_name": "GroupNormalization", "groups": #1, "axis": #-1, "epsilon": #0.001}, {"class_name": "BatchNormalization", "axis": #-1, "momentum": #0.9}, {"class_name": "LayerNormalization", "axis": #-1}, {"class_name": "PReLU", "shared_axes": [#1]}, {"class_name": "TimeDistributed", "layer": {"class_name": "Dense", "config": {"units": #3}}}]}"#,
    #"{"input_shape": [#7], "layers": [{"class_name": "Embedding", "input_dim": #20, "output_dim": #4, "lora_rank": #2}, {"class_name": "EinsumDense", "equation": "abc,cd->abd", "output_shape": [#7, #6], "bias_axes": "d", "lora_rank": #2}, {"class_name": "Flatten"}, {"class_name": "RepeatVector", "n": #3}]}"#,
    #"{"input_shape": [#7], "layers": [{"class_name": "Dense", "units": #4, "dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int4/128", "source_name": "float32"}}}, {"class_name": "Dense", "units": #4, "dtype": {"class_name": "QuantizedFloat8DTypePolicy", "config": {"mode": "float8", "source_name": "float32", "amax_history_length": #16}}}, {"class_name": "Dropout", "rate": #0.5, "seed": #3}]}"#,
    #"{"input_shape": [#4000, #1], "layers": [{"class_name": "STFTSpectrogram", "mode": "stft", "frame_length": #200, "frame_step": #80, "fft_length": #256, "expand_dims": false}, {"class_name": "Flatten"}]}"#,
    #"{"input_shape": [#4000], "layers": [{"class_name": "MelSpectrogram", "num_mel_bins": #20, "sequence_stride": #100}]}"#,
    #"{"input_shape": [#3], "layers": [{"class_name": "Dense", "units": #4, "kernel_initializer": {"class_name": "Orthogonal", "config": {"gain": #1.5, "seed": #1}}}, {"class_name": "Dense", "units": #4, "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": #2.0, "seed": #3, "input_axes": [#0], "output_axes": [#1]}}}, {"class_name": "Dense", "units": #4, "kernel_initializer": {"class_name": "Constant", "config": {"value": #1.5}}}, {"class_name": "Dense", "units": #3, "kernel_initializer": {"class_name": "RandomUniform", "config": {"minval": #-1, "maxval": #1}}}, {"class_name": "Dense", "units": #3, "kernel_initializer": {"class_name": "TruncatedNormal", "config": {"mean": #0, "stddev": #0.1}}}, {"class_name": "Dense", "units": #3, "kernel_initializer": {"class_name": "Identity", "config": {"gain": #2}}}]}"#,
  ]

  /// The document of a model with the number at one place spelled otherwise; `nil` past the last place.
  private static func document(_ model: String, place: Int, _ spelling: String) -> String? {
    let pieces = model.split(separator: "#", omittingEmptySubsequences: false)
    guard place < pieces.count - 1 else { return nil }
    return pieces.enumerated().map { index, piece in
      index == place + 1 ? spelling + piece.drop { "-.0123456789".contains($0) } : String(piece)
    }.joined()
  }

  @Test("an architecture is planned and audited, or refused in one line", arguments: models)
  func architectures(model: String) async throws {
    #expect(try plan(model.replacing("#", with: "")) == nil)
    var refused = 0
    for place in 0... {
      guard Self.document(model, place: place, "0") != nil else { break }
      for spelling in Self.spellings {
        let text = try #require(Self.document(model, place: place, spelling))
        guard let message = try plan(text) else { continue }
        refused += 1
        #expect(!message.contains("\n") && message.hasPrefix("a.json:"), "\(text)")
      }
    }
    #expect(refused > 20)
  }

  /// Plans a document, reports the plan and audits its declarations.
  ///
  /// - Parameter text: the document.
  /// - Returns: the error if it is refused, `nil` if not.
  /// - Throws: an expectation that cannot be checked.
  private func plan(_ text: String) throws -> String? {
    do throws(ModelFileError) {
      let document = ModelDocument(text: Array(text.utf8), kerasVersion: nil, isFile: true)
      let plan = try ArchitectureInput("a.json", document).plan(seed: 1, backend: .standard)
      let report = PlanReport(plan, hasSeed: true)
      #expect(!report.text(width: nil).isEmpty && report.json["schema"] != nil)
      _ = Auditor.findings(in: WeightedGraph(plan))
      return nil
    } catch {
      return error.description
    }
  }
}
