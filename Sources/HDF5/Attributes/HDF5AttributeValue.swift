/// The value of an attribute, whatever its type in the file.
public enum HDF5AttributeValue: Sendable, Hashable {
  case string(String)
  case strings([String], shape: [Int])
  /// Integers of up to 64 bits; unsigned values beyond `Int64.max` wrap.
  case integers([Int64], shape: [Int])
  case floats([Double], shape: [Int])
  /// A null dataspace.
  case empty
  /// A type that this library does not read.
  case unsupported
}
