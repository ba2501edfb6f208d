import OrderedJSON
import Tensors

/// A layer with a kernel that may be quantized or have the matrices of LoRA.
protocol KernelVariantLayer: LayerKind {}

extension KernelVariantLayer {
  /// Keras 3 stores the kernel, the bias and then all other variables, but never the matrices of LoRA, which
  /// it adds to the kernel: fresh ones add nothing.
  func objectWeights(_ own: [WeightDeclaration]) -> [WeightDeclaration] {
    let stored = own.filter { !$0.isMergedWhenSaved }
    let ranks = stored.map { ["kernel": 0, "embeddings": 0, "bias": 1][$0.name] ?? 2 }
    return (0...2).flatMap { rank in zip(stored, ranks).filter { $0.1 == rank }.map(\.0) }
  }
}

/// What a layer has beside or instead of a plain kernel: the matrices of LoRA, or quantized values and their
/// scales.
///
/// Hu et al., "LoRA", ICLR 2022; Keras's `quantize("int8")`, `"int4"` and `"float8"`. The kernel of a
/// quantized layer that was never trained is zero, whatever initializer it declares.
struct KernelVariant {
  enum Quantization {
    case none
    case int8
    /// Two values in a byte; scales for runs of `block` inputs, or one a unit if there is no block.
    case int4(block: Int?)
    case float8(historyLength: Int)
  }

  /// The largest number of inputs of an int4 kernel, whose table of groups is made in memory.
  private static let indexLimit = 1 << 20

  let quantization: Quantization
  /// The rank of LoRA.
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
      // The policy of a layer that was quantized without groups names none.
      var block = parts.count > 1 ? Int(parts[1]) : nil
      if let declared = config["quantization_config"], declared["class_name"] == "Int4QuantizationConfig" {
        block = declared["config"]?["block_size"]?.wholeNumber
      }
      quantization = .int4(block: block.flatMap { $0 > 0 ? $0 : nil })
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

  /// Adds the kernel and the variables that are created with it, before the bias.
  func addKernel(_ kernel: KernelDeclaration, _ weights: WeightRecorder) throws(ArchitectureError) {
    switch quantization {
    case .none: break
    case .int8:
      try addZeros(kernel, kernel.shape, weights)
      try addScale(kernel, kernel.scaleShape, weights)
      return
    case .int4(let block):
      try addPacked(kernel, block: block, weights)
      return
    case .float8(let length):
      for stem in ["inputs", "kernel", "outputs_grad"] {
        let single = WeightRecorder.Options(dtype: .float32)
        try weights.add("\(stem)_scale", .scale, [], weights.fixedInitializer("ones"), single)
        try weights.add(
          "\(stem)_amax_history", .statistic, [length], weights.fixedInitializer("zeros"), single)
      }
    }
    try weights.add(
      kernel.name, kernel.role, kernel.shape, kernel.initializer,
      .init(isFrozen: rank != nil, fans: kernel.fans))
  }

  private func addZeros(
    _ kernel: KernelDeclaration, _ shape: [Int], _ weights: WeightRecorder
  ) throws(ArchitectureError) {
    try weights.add(
      kernel.name, kernel.role, shape, weights.fixedInitializer("zeros"),
      .init(isTrainable: false, dtype: .int8))
  }

  private func addScale(
    _ kernel: KernelDeclaration, _ shape: [Int], _ weights: WeightRecorder
  ) throws(ArchitectureError) {
    try weights.add(
      "\(kernel.name)_scale", .scale, shape, weights.fixedInitializer("ones"), .init(isTrainable: false))
  }

  /// Adds an int4 kernel, and for groups of inputs their scales, zero points and table.
  private func addPacked(
    _ kernel: KernelDeclaration, block: Int?, _ weights: WeightRecorder
  ) throws(ArchitectureError) {
    try addZeros(kernel, kernel.packedShape, weights)
    guard let block, let groups = kernel.groups else {
      try addScale(kernel, kernel.scaleShape, weights)
      return
    }
    guard let count = CheckedSize(groups.size).dividedRoundingUp(by: block).value else {
      throw weights.error("an int4 kernel needs blocks of 1 input or more; found \(block)")
    }
    let shape = groups.shape(count)
    try addScale(kernel, shape, weights)
    try weights.add(
      "\(kernel.name)_zero", .offset, shape, weights.fixedInitializer("zeros"),
      .init(isTrainable: false, dtype: groups.hasIndex ? .int8 : nil))
    guard groups.hasIndex else { return }
    guard groups.size <= Self.indexLimit else {
      throw weights.error("an int4 kernel may have at most \(Self.indexLimit) inputs; found \(groups.size)")
    }
    let indices = JSONValue.array((0..<groups.size).map { JSONValue($0 / block) })
    try weights.add(
      "g_idx", .statistic, [groups.size],
      weights.fixedInitializer("Constant", config: JSONObject([.init(key: "value", value: indices)])),
      .init(isTrainable: false, dtype: .float32))
  }

  /// Adds the variables that are created after the bias: the two matrices of LoRA, the first random, the
  /// second zero.
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
