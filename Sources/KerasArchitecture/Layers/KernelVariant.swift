import OrderedJSON
import Tensors

/// A layer with a kernel that may be quantised or have matrices of LoRA.
protocol KernelVariantLayer: LayerKind {}

extension KernelVariantLayer {
  /// Keras 3 stores the kernel, the bias and then what else there is, but never the matrices of LoRA, which it adds to
  /// the kernel: fresh ones add nothing.
  func objectWeights(_ own: [WeightDeclaration]) -> [WeightDeclaration] {
    let stored = own.filter { !$0.name.hasPrefix("lora_") }
    let ranks = stored.map { ["kernel": 0, "embeddings": 0, "bias": 1][$0.name] ?? 2 }
    return (0...2).flatMap { rank in zip(stored, ranks).filter { $0.1 == rank }.map(\.0) }
  }
}

/// What a layer keeps beside or instead of a plain kernel: the matrices of LoRA, or bytes and scales.
///
/// Hu et al., "LoRA", ICLR 2022; Keras's `quantize("int8")`, `"int4"` and `"float8"`. A quantised layer that was
/// never trained has zeros for its kernel, whatever it declares.
struct KernelVariant {
  enum Quantization {
    case none
    case int8
    /// Two values in a byte; scales for runs of `block` inputs, or one a unit if there is no block.
    case int4(block: Int?)
    case float8(historyLength: Int)
  }

  /// The table of an int4 kernel's groups has an entry for each input, and is made in memory.
  private static let indexLimit = 1 << 20

  let quantization: Quantization
  let rank: Int?

  init(quantization: Quantization, rank: Int?) {
    self.quantization = quantization
    self.rank = rank
  }

  init(_ config: LayerConfig) throws(ArchitectureError) {
    rank = config["lora_rank"] == nil ? nil : try config.positive("lora_rank")
    guard let mode = DTypePolicy.quantizationMode(config.object["dtype"]) else {
      quantization = .none
      return
    }
    let parts = mode.split(separator: "/").map(String.init)
    switch parts.first {
    case "int8": quantization = .int8
    case "int4":
      let block = parts.count > 1 ? Int(parts[1]) ?? 128 : 128
      quantization = .int4(block: block > 0 ? block : nil)
    case "float8":
      let length = config["dtype"]?["config"]?["amax_history_length"]?.wholeNumber ?? 1024
      guard length > 0 else {
        throw config.error("dtype", expected: "a policy with a positive history length")
      }
      quantization = .float8(historyLength: length)
    default:
      throw config.error("dtype", expected: "a floating-point, int8, int4 or float8 policy")
    }
  }

  var isPacked: Bool {
    if case .int4 = quantization { true } else { false }
  }

  /// Adds the kernel and what is created with it, before the bias.
  ///
  /// - Parameters:
  ///   - shape: of the plain kernel.
  ///   - initializer: of the plain kernel.
  ///   - weights: where to.
  ///   - name: the kernel's; also the stem of the others' names.
  ///   - role: the kernel's.
  ///   - fans: how the plain kernel's fans are counted.
  ///   - packedShape: of a kernel with two values in a byte.
  ///   - scaleShape: of the scales of a kernel of bytes.
  /// - Throws: if a weight is too large.
  func addKernel(
    _ shape: [Int], _ initializer: InitializerReference, _ weights: WeightRecorder, name: String = "kernel",
    role: WeightRole = .kernel, fans: FanRule? = nil, packedShape: [Int], scaleShape: [Int]
  ) throws(ArchitectureError) {
    let bytes = WeightRecorder.Options(isTrainable: false, dtype: .int8)
    let scales = WeightRecorder.Options(isTrainable: false)
    switch quantization {
    case .none: break
    case .int8:
      try weights.add(name, role, shape, weights.fixedInitializer("zeros"), bytes)
      try weights.add("\(name)_scale", .scale, scaleShape, weights.fixedInitializer("ones"), scales)
      return
    case .int4(let block):
      try weights.add(name, role, packedShape, weights.fixedInitializer("zeros"), bytes)
      guard let block, shape.count == 2, role == .kernel else {
        try weights.add("\(name)_scale", .scale, scaleShape, weights.fixedInitializer("ones"), scales)
        return
      }
      let groups = shape[0] / block + (shape[0].isMultiple(of: block) ? 0 : 1)
      try weights.add("\(name)_scale", .scale, [groups, shape[1]], weights.fixedInitializer("ones"), scales)
      try weights.add("kernel_zero", .offset, [groups, shape[1]], weights.fixedInitializer("zeros"), bytes)
      guard shape[0] <= Self.indexLimit else {
        throw weights.error("an int4 kernel may have at most \(Self.indexLimit) inputs")
      }
      let indices = JSONValue.array((0..<shape[0]).map { JSONValue($0 / block) })
      try weights.add(
        "g_idx", .statistic, [shape[0]],
        weights.fixedInitializer("Constant", config: JSONObject([.init(key: "value", value: indices)])),
        .init(isTrainable: false, dtype: .float32))
      return
    case .float8(let length):
      for stem in ["inputs", "kernel", "outputs_grad"] {
        let single = WeightRecorder.Options(dtype: .float32)
        try weights.add("\(stem)_scale", .scale, [], weights.fixedInitializer("ones"), single)
        try weights.add(
          "\(stem)_amax_history", .statistic, [length], weights.fixedInitializer("zeros"), single)
      }
    }
    try weights.add(name, role, shape, initializer, .init(isFrozen: rank != nil, fans: fans))
  }

  /// Adds what is created after the bias: the two matrices of LoRA, the first random, the second zero.
  func addAfterBias(
    _ shape: [Int], _ weights: WeightRecorder, name: String = "kernel"
  ) throws(ArchitectureError) {
    guard let rank, let columns = shape.last else { return }
    let single = WeightRecorder.Options(dtype: .float32)
    try weights.add(
      "lora_\(name)_a", .kernel, shape.dropLast() + [rank], weights.fixedInitializer("he_uniform"), single)
    try weights.add("lora_\(name)_b", .kernel, [rank, columns], weights.fixedInitializer("zeros"), single)
  }
}
