import OrderedJSON
import Tensors
import Testing

@testable import KerasArchitecture

/// What Keras 2.0.0 wrote otherwise than those after it, checked with that Keras over TensorFlow 1.14.
@Suite struct EarlyKeras2Tests {
  @Test func `the variables of an Embedding of whole numbers are floatx`() throws {
    let document = try JSONParser.parse(
      """
      {"class_name": "Sequential", "keras_version": "2.0.0", "backend": "tensorflow", "config": [
        {"class_name": "Embedding", "config": {"name": "embedding_1", "batch_input_shape": [null, 4],
          "dtype": "int32", "input_dim": 10, "output_dim": 6, "embeddings_initializer": "uniform",
          "input_length": 4}}]}
      """)
    let architecture = try ArchitectureReader.read(document)
    #expect(architecture.layers.flatMap(\.weights).map(\.spec.dtype) == [.float32])
    let upgrade = try ArchitectureReader.upgrade(document, of: architecture.generation)
    #expect(upgrade.obstacles.isEmpty)
    let layers = try #require(upgrade.document["config"]?["layers"]?.arrayValue)
    // What goes into the model is still whole numbers.
    #expect(layers.first?["config"]?["dtype"] == "int32")
    #expect(layers.last?["config"]?["dtype"]?["config"]?["name"] == "float32")
  }

  @Test(arguments: [("Orthogonal", true), ("Identity", true), ("RandomNormal", false)])
  func `an initializer that Keras 3 cannot run does not come between weights and their layer`(
    initializer: String, isReplaced: Bool
  ) throws {
    // The bias's initializer is the kernel's: Keras 2.0.0 wrote that in its place.
    let drawn = #"{"class_name": "\#(initializer)", "config": {}}"#
    let document = try JSONParser.parse(
      """
      {"class_name": "Sequential", "keras_version": "2.0.0", "backend": "tensorflow", "config": [
        {"class_name": "Dense", "config": {"name": "dense_1", "batch_input_shape": [null, 4],
          "units": 3, "kernel_initializer": \(drawn), "bias_initializer": \(drawn)}}]}
      """)
    let architecture = try ArchitectureReader.read(document)
    let upgrade = try ArchitectureReader.upgrade(document, of: architecture.generation)
    let config = try #require(upgrade.document["config"]?["layers"]?.arrayValue?.last?["config"])
    #expect(config["kernel_initializer"]?["class_name"] == .string(initializer))
    #expect(config["bias_initializer"]?["class_name"] == .string(isReplaced ? "Zeros" : initializer))
    #expect(upgrade.changes.map(\.effect) == (isReplaced ? [.training] : []))
    #expect(upgrade.obstacles.isEmpty)
  }
}
