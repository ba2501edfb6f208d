package import KerasArchitecture
import RandomStreams
package import Tensors

/// `Orthogonal`: rows or columns, whichever are fewer, are orthonormal.
///
/// All axes but the last count as rows. A normal matrix is factorized as QR and the signs are fixed by the
/// diagonal of R, so that the result is distributed uniformly. Saxe, McClelland, Ganguli, ICLR 2014.
package struct Orthogonal: Initializer {
  package static let names = ["Orthogonal", "orthogonal", "OrthogonalInitializer"]

  /// The largest matrix that is factorized: 16 GiB of doubles.
  private static let elementLimit = 1 << 31

  private let gain: Double
  /// Keras 1 counted the first axis as rows, and all others as columns.
  private let firstAxisIsRows: Bool

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["gain", "seed"])
    gain = try config.double("gain", default: 1)
    firstAxisIsRows = config.generation.family == .keras1
  }

  package func incompatibility(with target: InitializerTarget) -> String? {
    target.shape.rank >= 2
      ? nil : "an orthogonal weight must have two axes or more; its shape is \(target.shape)"
  }

  private func size(_ target: InitializerTarget) -> (rows: Int, columns: Int) {
    let sizes = target.shape.dimensions
    if firstAxisIsRows, let rows = sizes.first { return (rows, target.count / max(1, rows)) }
    let columns = sizes.last ?? 1
    return (target.count / max(1, columns), columns)
  }

  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    let (rows, columns) = size(target)
    let gain = gain
    return .whole { () throws(SourceFailure) in
      guard target.count <= Self.elementLimit else {
        throw SourceFailure(
          tooLarge: target.shape, computing: "an orthogonal weight", limit: Self.elementLimit)
      }
      let (long, short) = (max(rows, columns), min(rows, columns))
      let normals = stream.source(.normal(mean: 0, standardDeviation: 1), target)
      let precision = stream.backend.variableType(target.dtype)
      var matrix = Matrix(rows: long, columns: short, rowMajor: try normals.doubles(target, precision))
      matrix.orthonormalize()
      return MatrixFiller(
        matrix, isTransposed: rows < columns, gain: gain, precision: precision, dtype: target.dtype)
    }
  }

  package func expectation(for target: InitializerTarget) -> ValueExpectation {
    let (rows, columns) = size(target)
    return ValueExpectation(
      family: .orthogonal, mean: 0,
      standardDeviation: abs(gain) / Double(max(rows, columns, 1)).squareRoot())
  }

  package var parameters: String { gain == 1 ? "" : "gain=\(gain)" }

  /// TensorFlow, JAX and PyTorch factorize in single precision, with the machine's own routines, and
  /// TensorFlow in half precision what is to be float16.
  package func tolerance(_ dtype: DType) -> Double { (dtype == .float16 ? 4e-3 : 3e-6) * max(1, abs(gain)) }
}

/// A matrix in memory, scaled and rounded to its type as it is read.
private struct MatrixFiller: BlockFiller {
  private let matrix: Matrix
  private let isTransposed: Bool
  private let gain: Double
  /// The type that the backend computes in.
  private let precision: DType
  private let dtype: DType

  init(_ matrix: Matrix, isTransposed: Bool, gain: Double, precision: DType, dtype: DType) {
    self.matrix = matrix
    self.isTransposed = isTransposed
    self.gain = gain
    self.precision = precision
    self.dtype = dtype
  }

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    // Transposed, the tensor's rows are the matrix's columns, which lie in memory as they are wanted.
    let columns = isTransposed ? matrix.rows : matrix.columns
    unsafe bytes.withUnsafeMutableBytes { buffer in
      var offset = 0
      for index in range {
        let (row, column) = (index / columns, index % columns)
        let value = isTransposed ? matrix[column, row] : matrix[row, column]
        // Keras multiplies after rounding to the weight's type.
        let bytes =
          precision == .float32
          ? dtype.bytes(of: Double(Float(value) * Float(gain))) : dtype.bytes(of: value * gain)
        for byte in bytes {
          unsafe buffer[offset] = byte
          offset += 1
        }
      }
    }
  }
}

extension TensorSource {
  /// All values of a tensor, rounded to a precision, as doubles.
  fileprivate func doubles(
    _ target: InitializerTarget, _ precision: DType
  ) throws(SourceFailure) -> [Double] {
    var filler = try sequence()
    var bytes = [UInt8](repeating: 0, count: target.count * target.dtype.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    try filler.fill(0..<target.count, into: &raw)
    return unsafe bytes.withUnsafeBytes { buffer in
      (0..<target.count).map { index in
        let value = unsafe target.dtype.value(in: buffer, at: index)
        return precision == .float32 ? Double(Float(value)) : value
      }
    }
  }
}
