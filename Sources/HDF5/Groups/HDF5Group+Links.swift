internal import CHDF5

extension HDF5Group {
  /// The entries of the group, sorted by name.
  ///
  /// - Throws: if its index is damaged, also where libhdf5 would list what is left of it.
  public func links() throws(HDF5Error) -> [HDF5Link] {
    var indexSize: hsize_t = 0
    try unsafe location.check(.reading("list the group"), ch5_index_size(handle.id, &indexSize))
    let collector = NameCollector()
    let status = unsafe collector.collect { context in
      unsafe ch5_iterate_links(
        handle.id, { _, name, _, context in unsafe NameCollector.visit(name, context) }, unsafe context)
    }
    try location.check(.reading("list the group"), status)
    var links: [HDF5Link] = []
    for name in collector.names { links.append(HDF5Link(name: name, kind: try linkKind(name))) }
    return links
  }

  /// What the object at a relative path is; `nil` if there is no entry of that name.
  ///
  /// - Throws: if there is one, but it cannot be followed: it is damaged, leads nowhere, or to another file.
  public func objectKind(_ path: String) throws(HDF5Error) -> HDF5ObjectKind? {
    guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
    var parent = ""
    for component in path.split(separator: "/", omittingEmptySubsequences: true) {
      parent += parent.isEmpty && !path.hasPrefix("/") ? String(component) : "/\(component)"
      let place = location.appending(parent)
      guard try unsafe place.check(.reading("look up the object"), H5Lexists(handle.id, parent, 0)) > 0 else {
        return nil
      }
      if case .external(let file, let object) = try linkKind(parent), !place.lent.contains(file) {
        throw place.externalLink(file: file, object: object)
      }
    }
    return try openedKind(path, location.appending(path))
  }

  /// The first soft link on a relative path that exists; `nil` if there is none.
  public func softLink(onTheWayTo path: String) throws(HDF5Error) -> (path: String, target: String)? {
    var parent = ""
    for component in path.split(separator: "/", omittingEmptySubsequences: true) {
      parent += parent.isEmpty && !path.hasPrefix("/") ? String(component) : "/\(component)"
      if case .soft(let target) = try linkKind(parent) { return (parent, target) }
    }
    return nil
  }

  /// The path in the file of what is at a path in this group.
  public func path(of name: String) -> String { location.appending(name).path ?? name }

  /// What an entry of this group leads to.
  ///
  /// - Throws: if it cannot be followed: it is damaged, leads nowhere, or to another file.
  public func objectKind(_ link: HDF5Link) throws(HDF5Error) -> HDF5ObjectKind {
    let place = location.appending(link.name)
    switch link.kind {
    case .external(let file, _) where place.lent.contains(file): return try openedKind(link.name, place)
    case .external(let file, let object): throw place.externalLink(file: file, object: object)
    case .userDefined:
      throw place.error(.unsupported, .reading("follow the link"), "it is a link of a kind of its own")
    case .hard: return try openedKind(link.name, place)
    case .soft(let target):
      do throws(HDF5Error) { return try openedKind(link.name, place) } catch {
        let reason = error.kind == .external ? "which leads to another file" : error.reason
        throw place.error(
          error.kind, .reading("follow the link"), "it is a soft link to `\(target)`: \(reason)", error.cause,
          otherFiles: error.otherFiles)
      }
    }
  }

  private func openedKind(_ name: String, _ place: Location) throws(HDF5Error) -> HDF5ObjectKind {
    let object = unsafe Handle(
      try place.check(.reading("open the object"), H5Oopen(handle.id, name, 0)), close: H5Oclose)
    switch H5Iget_type(object.id) {
    case H5I_GROUP: return .group
    case H5I_DATASET: return .dataset
    case H5I_DATATYPE: return .namedDatatype
    default:
      throw place.error(.malformed, .reading("open the object"), "it is neither a group nor a dataset")
    }
  }

  /// Makes `name` another name of the object at an absolute path of this file, which need not exist.
  public func createSoftLink(_ name: String, to target: String) throws(HDF5Error) {
    try location.checkName(.writing("create the link"), name)
    try unsafe location.appending(name).check(
      .writing("create the link"), H5Lcreate_soft(target, handle.id, name, 0, 0))
  }

  /// Makes `name` lead to an object of another file, which need not exist.
  public func createExternalLink(
    _ name: String, toFile file: String, object: String
  ) throws(HDF5Error) {
    try location.checkName(.writing("create the link"), name)
    try unsafe location.appending(name)
      .check(.writing("create the link"), H5Lcreate_external(file, object, handle.id, name, 0, 0))
  }

  private func linkKind(_ name: String) throws(HDF5Error) -> HDF5Link.Kind {
    let place = location.appending(name)
    var size = 0
    switch try unsafe place.check(.reading("read the link"), ch5_link_kind(handle.id, name, &size)) {
    case Int32(H5L_TYPE_HARD.rawValue): return .hard
    case Int32(H5L_TYPE_SOFT.rawValue):
      return .soft(target: String(terminated: try linkValue(name, size, place)))
    case Int32(H5L_TYPE_EXTERNAL.rawValue):
      let value = try linkValue(name, size, place)
      return try unsafe value.withUnsafeBufferPointer { buffer throws(HDF5Error) in
        var flags: UInt32 = 0
        var file: UnsafePointer<CChar>?
        var object: UnsafePointer<CChar>?
        try unsafe place.check(
          .reading("read the link"), H5Lunpack_elink_val(buffer.baseAddress, size, &flags, &file, &object))
        return unsafe .external(
          file: file.map { unsafe String(cString: $0) } ?? "",
          object: unsafe object.map { unsafe String(cString: $0) } ?? "")
      }
    default: return .userDefined
    }
  }

  private func linkValue(_ name: String, _ size: Int, _ place: Location) throws(HDF5Error) -> [CChar] {
    var value = [CChar](repeating: 0, count: size + 1)
    try unsafe place.check(.reading("read the link"), H5Lget_val(handle.id, name, &value, size, 0))
    return value
  }
}
