import KerasArchitecture
import OrderedJSON
import Tensors

@testable import Initialization

/// The initializer that a declaration of Keras 3 names.
func makeInitializer(
  _ name: String, config: JSONObject = JSONObject(), of generation: KerasGeneration = .keras3
) throws(ArchitectureError) -> any Initializer {
  try InitializerCatalog.initializer(
    InitializerDeclaration(
      className: name, config: config,
      place: LayerPlace(pointer: .root, name: "dense", className: "Dense"),
      pointer: .root["kernel_initializer"]),
    of: generation)
}

extension TensorSource {
  /// All bytes of a tensor.
  func bytes(_ target: InitializerTarget) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: target.count * target.dtype.byteCount)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    var filler = try sequence()
    try filler.fill(0..<target.count, into: &raw)
    return bytes
  }

  /// All values of a float32 tensor.
  func floats(_ target: InitializerTarget) throws -> [Float] {
    let bytes = try bytes(target)
    return stride(from: 0, to: bytes.count, by: 4).map { offset in
      Float(bitPattern: (0..<4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[offset + $1]) })
    }
  }
}
