/// An entry of a group.
public struct HDF5Link: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case hard
    case soft(target: String)
    case external(file: String, object: String)
    case userDefined
  }

  public let name: String
  public let kind: Kind
}
