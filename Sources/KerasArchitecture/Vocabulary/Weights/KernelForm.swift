import Tensors

/// How a kernel is stored, if not as `(…receptive field, inputs, outputs)` with a field that runs forwards.
struct KernelForm: Hashable {
  static let plain = KernelForm()

  /// The order of the axes.
  var layout: KernelLayout?
  /// The spatial axes that run backwards, in the plain form.
  var flippedRank = 0
  /// Whether the last two axes of the plain form are exchanged, as Keras 1 had them in deconvolutions.
  var exchangesLast = false

  /// Whether a kernel of a shape can be stored so: a description may declare what no Keras has, such as a
  /// layer of Keras 3 in a file of Keras 1.
  func fits(_ shape: Shape) -> Bool {
    let spatialRank = shape.rank - 2
    return switch layout {
    case nil where flippedRank == 0 && !exchangesLast: true
    case nil, .filtersLast?, .filtersFirst?: spatialRank >= max(0, flippedRank)
    case .row?, .column?: spatialRank == 2 && flippedRank <= 1
    }
  }

  /// The plain form of a stored kernel that it fits.
  func canonical<Leaf>(_ stored: TensorExpression<Leaf>) -> TensorExpression<Leaf> {
    var result = stored
    let sizes = stored.shape.dimensions
    switch layout {
    case nil, .filtersLast?: break
    case .filtersFirst?: result = stored.transposed(Array(2..<sizes.count) + [1, 0])
    case .row?: result = stored.reshaped([sizes[0], sizes[2], sizes[3]])
    case .column?:
      result = stored.transposed([2, 3, 1, 0]).reshaped([sizes[2], sizes[1], sizes[0]])
    }
    if exchangesLast { result = result.exchangingLast }
    return result.reversed(axes: Array(0..<flippedRank))
  }

  /// The stored form of a plain kernel.
  func stored<Leaf>(_ plain: TensorExpression<Leaf>, shape: Shape) -> TensorExpression<Leaf> {
    var result = plain.reversed(axes: Array(0..<flippedRank))
    if exchangesLast { result = result.exchangingLast }
    let rank = result.shape.rank
    switch layout {
    case nil, .filtersLast?: return result
    case .filtersFirst?: return result.transposed([rank - 1, rank - 2] + Array(0..<rank - 2))
    case .row?: return result.reshaped(shape.dimensions)
    case .column?: return result.transposed([2, 1, 0]).reshaped(shape.dimensions)
    }
  }
}

extension TensorExpression {
  fileprivate var exchangingLast: Self {
    let rank = shape.rank
    return transposed(Array(0..<rank - 2) + [rank - 1, rank - 2])
  }
}
