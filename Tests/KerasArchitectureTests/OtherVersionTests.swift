import Failures
import OrderedJSON
import TestSupport
import Testing

@testable import KerasArchitecture

/// Models that name another Keras than the one that wrote them: layers that it does not have, fields that it
/// does not know, kernels whose axes it has in another order. Each is read and upgraded, or refused; nothing
/// traps.
@Suite struct OtherVersionTests {
  private static let models = Fixtures.folders(in: "architectures").flatMap { keras in
    Fixtures.names(in: "architectures/\(keras)").map { "architectures/\(keras)/\($0).json" }
  }

  private static let versions = ["1.0.8", "1.2.2", "2.0.6", "2.3.1", "2.15.0", "3.0.0", "3.13.0"]

  /// What else decides how weights are stored.
  private static let replacements = [
    ("", ""), (#""channels_last""#, #""channels_first""#), (#""tensorflow""#, #""theano""#),
    (#""channels_first""#, #""channels_last""#),
  ]

  @Test func `there are models`() { #expect(Self.models.count > 200) }

  @Test(arguments: models)
  func `a model is read as one of another Keras, or refused`(path: String) throws {
    let text = String(decoding: try Fixtures.bytes(path), as: UTF8.self)
    var read = 0
    for (old, new) in Self.replacements where old.isEmpty || text.contains(old) {
      let document = try JSONParser.parse(old.isEmpty ? text : text.replacing(old, with: new))
      for version in Self.versions {
        let named = renamed(document, version)
        do throws(ArchitectureError) {
          let architecture = try ArchitectureReader.read(named, kerasVersion: version)
          read += 1
          let upgrade = try ArchitectureReader.upgrade(named, of: architecture.generation)
          if upgrade.obstacles.isEmpty { _ = try ArchitectureReader.read(upgrade.document) }
        } catch {
          #expect(!error.description.contains("\n"), "\(version)")
        }
      }
    }
    #expect(read > 0)
  }

  private func renamed(_ document: JSONValue, _ version: String) -> JSONValue {
    guard var object = document.objectValue else { return document }
    if object["keras_version"] != nil { object["keras_version"] = .string(version) }
    return .object(object)
  }
}
