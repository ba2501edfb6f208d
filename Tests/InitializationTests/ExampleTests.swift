import Initialization
import KerasArchitecture
import OrderedJSON
import RandomStreams
import Testing

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `an architecture is planned`() throws {
    // example
    let model: JSONValue = [
      "class_name": "Sequential",
      "config": [
        "layers": [["class_name": "Dense", "config": ["units": 2, "batch_input_shape": [.null, 3]]]]
      ],
    ]
    let architecture = try ArchitectureReader.read(model)
    let plan = try PlanBuilder.plan(architecture, seed: 42, backend: .tensorflow)
    let initializers = plan.weights.values.map(\.initializerSummary).sorted()
    // end of example
    #expect(initializers == ["GlorotUniform", "Zeros"])
  }
}
