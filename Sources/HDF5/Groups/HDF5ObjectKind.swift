/// What a link leads to.
public enum HDF5ObjectKind: Sendable, Hashable {
  case group
  case dataset
  case namedDatatype
}
