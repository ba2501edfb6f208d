import OrderedJSON
import Testing

@testable import KerasArchitecture

@Suite struct TrainingUpgradeTests {
  private func upgrade(_ text: String, of version: String = "2.15.0") throws -> TrainingUpgrade {
    TrainingUpgrade(try JSONParser.parse(text), of: try #require(KerasGeneration(version: version)))
  }

  @Test func `metrics keep their structure`() throws {
    let one = try upgrade(#"{"loss": "mse", "metrics": [["acc", "mae"]]}"#)
    #expect(one.config["metrics"] == ["accuracy", "mean_absolute_error"])
    let two = try upgrade(#"{"loss": ["mse", "kld"], "metrics": [["acc"], []]}"#)
    #expect(two.config["metrics"] == [["accuracy"], .null])
    #expect(two.config["loss"] == ["mean_squared_error", "kl_divergence"])
    let named = try upgrade(
      #"{"loss": {"a": "mse", "b": null}, "metrics": {"a": "acc", "b": ["mse", "mae"]}}"#)
    #expect(named.config["loss"] == ["a": "mean_squared_error", "b": .null])
    #expect(named.config["metrics"]?["b"] == ["mean_squared_error", "mean_absolute_error"])
    #expect(try upgrade(#"{"loss": "mse", "metrics": {}}"#).config["metrics"] == .null)
    #expect(try upgrade("{}").obstacles.isEmpty)
  }

  @Test func `what tf-keras wraps is a class`() throws {
    let metric = try upgrade(
      #"""
      {"metrics": [{"class_name": "MeanMetricWrapper",
        "config": {"name": "top", "dtype": "float32", "fn": "top_k_categorical_accuracy", "k": 3}}]}
      """#
    ).config["metrics"]?.arrayValue?.first
    #expect(metric?["class_name"] == "TopKCategoricalAccuracy")
    #expect(metric?["config"] == ["k": 3, "name": "top"])
  }

  @Test func `a field of an optimizer that Keras 3 does not take is left out`() throws {
    let config = try upgrade(
      #"""
      {"optimizer_config": {"class_name": "Custom>Adam", "config": {"name": "Adam", "lr": 0.1, "decay": 0.0,
        "beta_1": 0.5, "epsilon": null, "is_legacy_optimizer": true, "jit_compile": false}}}
      """#
    ).config["optimizer"]
    #expect(config?["config"] == ["name": "Adam", "learning_rate": 0.1, "beta_1": 0.5, "epsilon": 1e-7])
    #expect(config?["module"] == "keras.optimizers")
  }

  @Test func `what is in Keras 3's form stays`() throws {
    let text = #"""
      {"optimizer": {"module": "my.package", "class_name": "Mine", "config": {}, "registered_name": "my>Mine"},
       "loss": {"module": "keras.losses", "class_name": "Dice", "config": {"axis": 1}, "registered_name": null}}
      """#
    let upgrade = try upgrade(text, of: "3.10.0")
    let given = try JSONParser.parse(text)
    #expect(upgrade.config["optimizer"] == given["optimizer"] && upgrade.config["loss"] == given["loss"])
    #expect(upgrade.obstacles.isEmpty && upgrade.changes.isEmpty)
  }

  @Test(arguments: [
    #"{"optimizer_config": 3}"#, #"{"optimizer_config": {"class_name": "SGD"}}"#,
    #"{"optimizer_config": {"class_name": "SGD", "config": {"decay": 0.1, "learning_rate": {"class_name": "A"}}}}"#,
    #"{"optimizer_config": {"class_name": "LossScaleOptimizer", "config": {"dynamic": false}}}"#,
    #"{"loss": "cosine"}"#,
  ])
  func `what Keras 3 does not have is refused`(text: String) throws {
    #expect(try upgrade(text).obstacles.count >= 1)
  }
}
