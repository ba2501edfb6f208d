import SignalGraph

/// How a kernel of a layer connects inputs and units.
struct KernelConnections {
  /// The number of inputs that reach one output.
  var fanIn: Int
  /// The number of outputs that one input reaches; `nil` if that is the number of units.
  var fanOut: Double?
  /// The number of units that compute from the same inputs.
  var units: Int
  /// The kernel's axis that counts units, from the end.
  var unitAxis = -1
  /// The share of the window that lies within the map, on average.
  var coverage = 1.0
  /// Whether an output depends on one channel only.
  var isDepthwise = false
  /// Whether the layer's bias is added to the results of this kernel.
  var hasBias = true
}

extension Layer {
  /// The linear map of one of the layer's weights; opaque if LoRA adds something unknown to it.
  func linear(_ name: String, _ connections: KernelConnections) -> [SignalOperation] {
    guard let weight = weight(name) else { return [.opaque] }
    if self.weight("lora_\(name)_a") != nil { return [.opaque(kernels: [weight])] }
    var map = LinearMap(
      weight: weight, fanIn: connections.fanIn, fanOut: connections.fanOut, unitCount: connections.units,
      unitAxis: connections.unitAxis, bias: connections.hasBias ? self.weight("bias") : nil)
    map.coverage = connections.coverage
    map.isDepthwise = connections.isDepthwise
    return [.linear(map)]
  }
}
