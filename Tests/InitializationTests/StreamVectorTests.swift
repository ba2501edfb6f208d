import KerasArchitecture
import OrderedJSON
import RandomStreams
import Tensors
import TestSupport
import Testing

@testable import Initialization

/// Digests of tensors that real Keras drew.
@Suite struct StreamVectorTests {
  private struct Case: CustomTestStringConvertible, Sendable {
    let key: String
    let digest: String
    var testDescription: String { key }
  }

  private static let vectors = try? JSONParser.parse(Fixtures.bytes("streams/tensorflow.json"))

  private static let initializers = vectors?["initializers"]?.objectValue?.keys ?? []

  @Test func `there are vectors`() {
    #expect(Self.initializers.count == 13)
    #expect(Self.vectors?["cases"]?.objectValue?.members.count ?? 0 > 2000)
  }

  @Test(arguments: initializers)
  func `every value has Keras's bits`(name: String) throws {
    for member in Self.vectors?["cases"]?.objectValue?.members ?? [] where member.key.hasPrefix(name + "|") {
      let fields = member.key.split(separator: "|")
      let shape = Shape(fields[1].split(separator: "x").compactMap { Int($0) })
      // In a debug build eight million values would take minutes; the conformance suite
      // compares larger tensors, those of VGG16.
      guard try shape.elementCount() < 2_000_000 else { continue }
      let target = try InitializerTarget(shape: shape, dtype: #require(DType(rawValue: String(fields[3]))))
      let source = RandomSource(backend: .tensorflow, seed: StreamSeed(try #require(Int64(fields[2]))))
      let initializer = try initializer(Self.vectors?["initializers"]?[name])
      let bytes = try initializer.source(for: target, source).bytes(target)
      #expect(SHA256.hexDigest(bytes) == member.value.stringValue, "\(member.key)")
    }
  }

  private func initializer(_ value: JSONValue?) throws -> any Initializer {
    let fields = try #require(value?.arrayValue)
    return try makeInitializer(
      try #require(fields[0].stringValue), config: try #require(fields[1].objectValue))
  }
}

@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
  ])
  func `digests are those of the standard`(text: String, digest: String) {
    #expect(SHA256.hexDigest(Array(text.utf8)) == digest)
  }
}
