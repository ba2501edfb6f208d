import Foundation
import Initialization
import KerasArchitecture
import OrderedJSON
import RandomStreams
import Tensors
import TestSupport
import Testing
import WeightFiles

@testable import ModelFiles

/// Layers that versions of Keras store in different ways: what goes there and back is what it was.
@Suite struct StoredWaysTests {
  private static func model(_ layers: String, _ version: String, _ input: String) -> String {
    """
    {"class_name": "Sequential", "keras_version": "\(version)", "config": {"name": "s", "layers": [
      {"class_name": "InputLayer", "config": {"batch_input_shape": \(input), "dtype": "float32", "name": "x"}},
      \(layers)]}}
    """
  }

  private static func layer(_ className: String, _ fields: String) -> String {
    #"{"class_name": "\#(className)", "config": {"name": "l", \#(fields)}}"#
  }

  private static func bidirectional(_ className: String) -> String {
    layer("Bidirectional", #""merge_mode": "concat", "layer": \#(layer(className, #""units": 3"#))"#)
  }

  private static let sequence = "[null, 6, 4]"

  /// A model, and the same where its weights are stored in another way.
  private static let pairs: [(String, String)] = [
    (
      model(layer("CuDNNLSTM", #""units": 3"#), "2.3.1", sequence),
      model(layer("LSTM", #""units": 3, "recurrent_activation": "sigmoid""#), "2.3.1", sequence)
    ),
    (
      model(layer("CuDNNGRU", #""units": 3"#), "2.3.1", sequence),
      model(layer("GRU", #""units": 3, "reset_after": true"#), "2.15.0", sequence)
    ),
    (
      model(bidirectional("CuDNNLSTM"), "2.3.1", sequence), model(bidirectional("LSTM"), "2.15.0", sequence)
    ),
    (
      model(layer("LSTM", #""units": 3, "recurrent_activation": "hard_sigmoid""#), "2.3.1", sequence),
      model(layer("LSTM", #""units": 3, "recurrent_activation": "hard_sigmoid""#), "3.15.1", sequence)
    ),
    (
      model(layer("Dense", #""units": 3, "activation": "hard_sigmoid""#), "2.15.0", "[null, 4]"),
      model(layer("Dense", #""units": 3, "activation": "hard_sigmoid""#), "3.15.1", "[null, 4]")
    ),
    (
      model(layer("LSTM", #""output_dim": 3, "inner_activation": "sigmoid""#), "1.2.2", sequence),
      model(layer("LSTM", #""units": 3"#), "3.15.1", sequence)
    ),
    (
      model(layer("GRU", #""output_dim": 3, "inner_activation": "sigmoid""#), "1.2.2", sequence),
      model(layer("GRU", #""units": 3, "reset_after": false"#), "3.15.1", sequence)
    ),
    (
      model(
        layer("Convolution2D", #""nb_filter": 5, "nb_row": 2, "nb_col": 3, "dim_ordering": "th""#), "1.2.2",
        "[null, 2, 6, 7]"),
      model(
        layer("Conv2D", #""filters": 5, "kernel_size": [2, 3], "data_format": "channels_first""#), "3.15.1",
        "[null, 2, 6, 7]")
    ),
    (
      model(layer("Convolution1D", #""nb_filter": 5, "filter_length": 3"#), "1.2.2", sequence),
      model(layer("Conv1D", #""filters": 5, "kernel_size": [3]"#), "3.15.1", sequence)
    ),
  ]

  @Test(arguments: pairs.indices, [false, true])
  func `weights go there and back`(index: Int, isReversed: Bool) async throws {
    let pair = Self.pairs[index]
    let (one, other) = isReversed ? (pair.1, pair.0) : (pair.0, pair.1)
    try await withTemporaryDirectory { directory in
      func write(_ document: String, _ name: String, from file: String?, seed: UInt64) async throws {
        let arch = directory.appending(path: "\(name).json")
        try Data(document.utf8).write(to: arch)
        let source = InputSource.path(arch.path)
        let plan = try ArchitectureInput(source, .init(), Model.reader).plan(seed: seed, backend: .standard)
        var sources = plan.sources
        if let file {
          let catalog = try Model.reader.catalog(.path(directory.appending(path: file).path))
          let stored = try StoredModel(catalog, model: nil, Model.reader)
          let transfer = try WeightTransfer(to: plan, from: stored)
          #expect(transfer.drawn.isEmpty && transfer.leftOver.isEmpty && transfer.unlike.isEmpty)
          sources = transfer.sources
        }
        try await Model.write(plan, sources, to: directory.appending(path: "\(name).h5"))
      }
      try await write(one, "a", from: nil, seed: 3)
      try await write(other, "b", from: "a.h5", seed: 4)
      try await write(one, "c", from: "b.h5", seed: 5)
      try await write(other, "d", from: "c.h5", seed: 6)
      let catalogs = try ["b", "d"].map {
        try Model.reader.catalog(.path(directory.appending(path: "\($0).h5").path))
      }
      let pairs = try TensorPair.pairs(catalogs[0], catalogs[1], model: nil, Model.reader)
      let differences = try await WeightDifference(catalogs[0], catalogs[1], pairs, workers: 1)
      #expect(!differences.entries.isEmpty)
      for entry in differences.entries {
        guard case .changed(let maximum, _, _) = entry.kind else {
          #expect(entry.kind == .equal)
          continue
        }
        // 1.2 and its inverse, and halves of a sum.
        #expect(maximum < 1e-6, "\(entry.name)")
      }
    }
  }
}
