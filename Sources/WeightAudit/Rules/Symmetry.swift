import SignalGraph
import Tensors

/// A kernel of zeros in front of hidden units.
enum ZeroKernel: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM001", name: "zero-kernel", summary: "A hidden layer's kernel is declared to be all zeros.",
    rationale: "All units start equal; behind a ReLU no gradient passes and the network can never learn.",
    remedy: "declare \"he_normal\" (ReLU family) or \"glorot_uniform\" (tanh, sigmoid)",
    source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4")

  static func findings(in model: DeclaredModel) -> [Finding] {
    constantKernels(in: model).compactMap { kernel in
      guard kernel.value == 0, !kernel.walk.isResidualBranch(kernel.node) else { return nil }
      let isBlocked = kernel.walk.activation(after: kernel.node).map(\.isReLU) == true
      let consequence =
        isBlocked
        ? "its units start equal, and unless its bias is not 0 ReLU lets no gradient through to it or before it"
        : "all its units start equal"
      return Finding(
        descriptor, layer: kernel.weight.layer, tensor: kernel.weight.path,
        "all of `\(kernel.weight.path)` is 0: \(consequence)")
    }
  }
}

/// A kernel of one value other than zero in front of hidden units.
enum ConstantKernel: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM002", name: "constant-kernel", summary: "A hidden layer's kernel is declared to be one constant.",
    rationale: "All units compute the same and, up to the next layer's weights, learn the same.",
    remedy: "declare \"he_normal\" (ReLU family) or \"glorot_uniform\" (tanh, sigmoid)",
    source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4")

  static func findings(in model: DeclaredModel) -> [Finding] {
    constantKernels(in: model).compactMap { kernel in
      guard kernel.value != 0 else { return nil }
      return Finding(
        descriptor, layer: kernel.weight.layer,
        "all of `\(kernel.weight.path)` is \(Numbers.short(kernel.value)): its units compute the same")
    }
  }
}

/// A kernel of one value, between hidden units.
private struct ConstantKernelPlace {
  let node: Int
  let weight: DeclaredModel.Weight
  let value: Double
  let walk: GraphWalk
}

/// The kernels that are declared constant and that kernels follow, each once. A layer of one unit cannot be
/// symmetric, and a constant head learns from the first step.
private func constantKernels(in model: DeclaredModel) -> [ConstantKernelPlace] {
  let walk = GraphWalk(model.graph)
  var seen: Set<Int> = []
  var places: [ConstantKernelPlace] = []
  for (index, node) in model.graph.nodes.enumerated() {
    if case .linear(let map) = node.operation, map.unitCount < 2 { continue }
    for kernel in node.operation.kernels where seen.insert(kernel).inserted {
      guard let weight = model.weights[kernel], case .constant(let value)? = weight.expectation?.family,
        walk.isHidden(index)
      else { continue }
      places.append(ConstantKernelPlace(node: index, weight: weight, value: value, walk: walk))
    }
  }
  return places
}

/// Kernels that will hold the same numbers.
enum TiedInitialization: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM007", name: "tied-initialisation",
    summary: "Two kernels are declared with one seed, one distribution and one shape.",
    rationale: "They hold the same numbers, so the layers are not independent.",
    remedy: "give each initializer a seed of its own, or none and set --seed",
    source: "Keras 2.11 to 2.15 warn of it; Keras 3 does not")

  static func findings(in model: DeclaredModel) -> [Finding] {
    sharedStreams(in: model).compactMap { first, second in
      guard first.shape == second.shape, first.expectation == second.expectation else { return nil }
      return Finding(
        descriptor, layer: second.layer,
        "`\(second.path)` will be equal to `\(first.path)`: one seed for both")
    }
  }
}

/// Kernels that will hold the same numbers up to scale and length.
enum ReusedStream: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM008", name: "reused-random-stream", summary: "Two kernels are drawn from one random stream.",
    rationale: "Their first values are the same up to scale, so the layers are not independent.",
    remedy: "give each initializer a seed of its own, or none and set --seed",
    source: "Keras 2.11 to 2.15 warn of it; Keras 3 does not")

  static func findings(in model: DeclaredModel) -> [Finding] {
    sharedStreams(in: model).compactMap { first, second in
      guard first.shape != second.shape || first.expectation != second.expectation else { return nil }
      return Finding(
        descriptor, layer: second.layer,
        "`\(second.path)` is drawn from the same stream as `\(first.path)`: one seed for both")
    }
  }
}

/// Each kernel whose stream an earlier one has used, with the first that did.
private func sharedStreams(
  in model: DeclaredModel
) -> [(first: DeclaredModel.Weight, second: DeclaredModel.Weight)] {
  var first: [String: DeclaredModel.Weight] = [:]
  var pairs: [(DeclaredModel.Weight, DeclaredModel.Weight)] = []
  for weight in model.weightNumbers.compactMap({ model.weights[$0] }) where weight.isKernel {
    guard let stream = weight.stream else { continue }
    if let earlier = first[stream] {
      pairs.append((earlier, weight))
    } else {
      first[stream] = weight
    }
  }
  return pairs
}
