package import Tensors

/// A dataset of an HDF5 file, with one tensor in it.
package struct DatasetLayout: Sendable, Hashable {
  package let name: String
  package let spec: TensorSpec
  /// Which of the sources holds the values.
  package let source: Int
  /// Whether bfloat16 has the form of Keras 3's own formats, opaque bytes and an attribute that tells what
  /// they are; legacy readers cannot read that.
  package let isKeras3: Bool

  package init(name: String, spec: TensorSpec, source: Int, isKeras3: Bool = false) {
    self.name = name
    self.spec = spec
    self.source = source
    self.isKeras3 = isKeras3
  }
}
