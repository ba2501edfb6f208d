package import Tensors

/// What the weights of a layer mean, in terms that are the same for all versions of Keras.
///
/// Versions store one thing in many ways: the kernels of gates in one matrix or each by itself, the filters
/// of a convolution first or last, forwards or backwards. A layer that stores its weights in another way than
/// Keras 3 takes them apart into such terms, and is made of them.
package struct WeightMeaning: Sendable, Hashable {
  /// What two layers must have in common: `LSTM`, `GRU`, `linear`.
  let kind: String
  /// Each term, made of the layer's weights, which are named by their creation indices.
  private(set) var terms: [String: TensorExpression<Int>] = [:]
  /// Each weight, named by its creation index, made of terms.
  private(set) var weights: [Int: TensorExpression<String>] = [:]
  /// What the hard sigmoid that a term goes through divides it by, which differs between versions.
  private(set) var divisors: [String: Double] = [:]

  init(kind: String) { self.kind = kind }

  /// Adds a term that is a whole weight, in another form that fits it.
  mutating func add(
    _ term: String, _ weight: WeightDeclaration?, divisor: Double? = nil, _ form: KernelForm = .plain
  ) {
    guard let weight else { return }
    let expression = form.canonical(.leaf(weight.creationIndex, weight.spec.shape))
    terms[term] = expression
    weights[weight.creationIndex] = form.stored(.leaf(term, expression.shape), shape: weight.spec.shape)
    divisors[term] = divisor
  }

  /// Adds the terms that a weight is made of.
  mutating func add(
    _ added: [(name: String, divisor: Double?, value: TensorExpression<Int>)], _ weight: WeightDeclaration,
    _ expression: TensorExpression<String>
  ) {
    for term in added {
      terms[term.name] = term.value
      divisors[term.name] = term.divisor
    }
    weights[weight.creationIndex] = expression
  }

  /// The weights of a layer made of those of another one.
  ///
  /// - Parameter source: the other layer's.
  /// - Returns: this layer's weights over the other's, both by their creation indices, as far as the other
  ///   layer has what they are made of; `nil` if the two mean different things.
  package func weights(from source: WeightMeaning) -> [Int: TensorExpression<Int>]? {
    guard kind == source.kind else { return nil }
    return weights.compactMapValues { expression in
      expression.substituting { term in
        source.terms[term].map { value in
          guard let ours = divisors[term], let theirs = source.divisors[term] else { return value }
          return value.scaled(by: ours / theirs)
        }
      }
    }
  }
}

extension WeightMeaning {
  /// The meaning of linear maps, one after the other, with a bias and a function at their end.
  ///
  /// - Parameters:
  ///   - layer: the layer that has the weights.
  ///   - kernels: the form of each kernel, by its name.
  ///   - last: the kernel whose result the function is applied to.
  ///   - divisor: what the function divides by, if it is a hard sigmoid.
  /// - Returns: `nil` if the layer is quantized, or has no kernel of the form.
  static func linear(
    _ layer: Layer, _ kernels: [String: KernelForm], endsIn last: String, _ divisor: Double?
  ) -> WeightMeaning? {
    var meaning = WeightMeaning(kind: "linear")
    for (name, form) in kernels {
      guard let kernel = layer.ownWeight(name), kernel.spec.dtype.isFloatingPoint,
        form.fits(kernel.spec.shape)
      else { return nil }
      // A depthwise kernel has another name in Keras 3.
      meaning.add(
        name == "depthwise_kernel" && kernels.count == 1 ? "kernel" : name, kernel,
        divisor: name == last ? divisor : nil, form)
    }
    meaning.add("bias", layer.ownWeight("bias"), divisor: divisor)
    return meaning
  }
}
