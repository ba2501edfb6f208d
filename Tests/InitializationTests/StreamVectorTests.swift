import KerasArchitecture
import OrderedJSON
import RandomStreams
import Tensors
import TestSupport
import Testing

@testable import Initialization

/// Digests of tensors that real Keras drew.
@Suite struct StreamVectorTests {
  /// Tensors of one initializer, type and seed.
  private struct Case {
    let initializer: any Initializer
    let dtype: DType
    let seed: Int64
    let digests: [(shape: Shape, digest: Substring)]
    let key: String
  }

  /// One part of a backend's cases, so that they run beside each other.
  struct Group: Sendable, CustomTestStringConvertible {
    let backend: Backend
    let dtype: DType
    var testDescription: String { "\(backend), \(dtype)" }
  }

  private static let groups = Backend.allCases.flatMap { backend in
    [DType.float32, .float64, .float16, .bfloat16].map { Group(backend: backend, dtype: $0) }
  }

  @Test(arguments: groups)
  func `every value has Keras's bits`(group: Group) throws {
    var count = 0
    for item in try cases(of: group.backend) where item.dtype == group.dtype {
      for (shape, digest) in item.digests {
        let target = try InitializerTarget(shape: shape, dtype: item.dtype)
        // In a debug build a million values take seconds; the conformance suite compares these.
        guard target.count < 300_000 || item.initializer is Orthogonal else { continue }
        let source = RandomSource(backend: group.backend, seed: StreamSeed(item.seed))
        let bytes = try item.initializer.source(for: target, source).bytes(target)
        // What these backends make of a float64 weight is float32.
        let isSingle =
          item.dtype == .float64
          && (group.backend == .jax || item.initializer is Orthogonal && group.backend == .numpy)
        let recorded = SHA256.hexDigest(isSingle ? singles(bytes) : bytes).prefix(16)
        #expect(recorded == digest, "\(item.key) \(shape)")
        count += 1
      }
    }
    #expect(count >= 580)
  }

  /// Doubles as floats.
  private func singles(_ bytes: [UInt8]) -> [UInt8] {
    stride(from: 0, to: bytes.count, by: 8).flatMap { offset in
      let pattern = bytes[offset..<offset + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let single = Float(Double(bitPattern: pattern)).bitPattern
      return (0..<4).map { UInt8(truncatingIfNeeded: single >> (8 * $0)) }
    }
  }

  private func cases(of backend: Backend) throws -> [Case] {
    let document = try JSONParser.parse(Fixtures.bytes("streams/\(backend.rawValue).json"))
    return try (document["cases"]?.arrayValue ?? []).map { value in
      let key = try #require(value["case"]?.stringValue)
      let fields = key.split(separator: "|")
      let initializer = try #require(document["initializers"]?[String(fields[0])]?.arrayValue)
      let shapes = try #require(value["shapes"]?.stringValue).split(separator: " ")
      let digests = try #require(value["digests"]?.stringValue).split(separator: " ")
      return Case(
        initializer: try makeInitializer(
          try #require(initializer[0].stringValue), config: try #require(initializer[1].objectValue)),
        dtype: try #require(DType(rawValue: String(fields[1]))), seed: try #require(Int64(fields[2])),
        digests: zip(shapes, digests).map { shape, digest in
          (Shape(shape.split(separator: "x").compactMap { Int($0) }), digest)
        },
        key: key)
    }
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
