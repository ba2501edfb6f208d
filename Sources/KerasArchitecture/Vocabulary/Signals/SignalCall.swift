/// One call of a layer whose effect on signals is appended to a signal graph.
struct SignalCall {
  let layer: Layer
  let call: LayerCall
  /// The indices of the signal nodes that come in.
  let inputs: [Int]
  /// The number of tensors that the call returns.
  let outputCount: Int
}
