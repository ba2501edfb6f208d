internal import HDF5

/// How a string lies in an HDF5 file.
package enum StringForm: Sendable, Hashable {
  /// As h5py writes a Python `str`.
  case variableUTF8
  /// As h5py writes Python `bytes`.
  case variableASCII
  /// As h5py writes a NumPy array of `S`.
  case fixedASCII
}

extension HDF5StringFormat {
  init(_ form: StringForm) {
    self =
      switch form {
      case .variableUTF8: .variableUTF8
      case .variableASCII: .variableASCII
      case .fixedASCII: .fixedASCII
      }
  }
}
