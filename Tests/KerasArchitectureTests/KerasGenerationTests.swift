import OrderedJSON
import Testing

@testable import KerasArchitecture

@Suite struct KerasGenerationTests {
  @Test(arguments: [
    (#"{"keras_version": "2.2.4"}"#, KerasGeneration.Family.multiBackendKeras2, "2.2.4"),
    (#"{"keras_version": "1.2.2"}"#, .keras1, "1.2.2"),
    (#"{"config": [{"config": {"nb_filter": 2, "border_mode": "same"}}]}"#, .keras1, "1.2.2"),
    (#"{"keras_version": "2.3.1"}"#, .multiBackendKeras2, "2.3.1"),
    (#"{"keras_version": "2.2.4-tf"}"#, .tfKeras, "2.2.4-tf"),
    (#"{"keras_version": "2.15.0"}"#, .tfKeras, "2.15.0"),
    (#"{"keras_version": "3.4.1"}"#, .keras3, "3.4.1"), (#"{"module": "keras"}"#, .keras3, "3.15.1"),
    (#"{"config": {"layers": [{"config": {"batch_input_shape": [null, 2]}}]}}"#, .tfKeras, "2.15.0"),
  ])
  func `the writer of a document is recognized`(
    text: String, family: KerasGeneration.Family, version: String
  ) throws {
    let generation = KerasGeneration(of: try JSONParser.parse(text), hint: nil)
    #expect(generation == KerasGeneration(family: family, version: version))
  }
}
