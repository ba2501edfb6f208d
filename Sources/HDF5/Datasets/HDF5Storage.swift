internal import CHDF5

/// How the bytes of a dataset are arranged.
public enum HDF5Storage: Sendable, Hashable {
  /// Inside the object header.
  case compact
  /// One run of bytes; `offset` counts from the start of the file and is `nil` while nothing is allocated.
  case contiguous(offset: UInt64?)
  /// Blocks of that shape, each through the filters, in the order of writing.
  case chunked(shape: [Int], filters: [HDF5Filter])
  /// In other files, one part after the other.
  case external([Segment])
  /// In other datasets, of this file (`.`) or of others.
  case virtual(files: [String])

  /// A part of a dataset that is in another file.
  public struct Segment: Sendable, Hashable {
    /// The file's name, as the dataset has it.
    public let file: String
    /// Where the part begins, in bytes.
    public let offset: UInt64
    /// How many bytes it has at most.
    public let size: UInt64
  }

  /// Where the values are if they are not in the file itself, in one clause; `nil` if they are.
  public var elsewhere: String? {
    switch self {
    case .compact, .contiguous, .chunked: nil
    case .external(let segments): "its values are in another file, `\(segments.first?.file ?? "")`"
    case .virtual(let files): "it is a virtual dataset of `\(files.first ?? ".")`"
    }
  }

  /// The other files that the values are in.
  public var otherFiles: [String] {
    switch self {
    case .compact, .contiguous, .chunked: []
    case .external(let segments): segments.map(\.file)
    case .virtual(let files): files.filter { $0 != "." }
    }
  }

  /// What a new dataset asks for.
  public enum Request: Sendable, Hashable {
    case compact
    /// Allocated at once, so that its place is known before its bytes are.
    case contiguous
    case chunked(shape: [Int], filters: [HDF5Filter])
  }
}

extension HDF5Storage.Request {
  func apply(to creation: hid_t, _ location: Location) throws(HDF5Error) {
    // Modification times would make two runs differ.
    try location.check(.writing("create the dataset"), H5Pset_obj_track_times(creation, false))
    try location.check(.writing("create the dataset"), H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER))
    switch self {
    case .compact:
      try location.check(.writing("create the dataset"), H5Pset_layout(creation, H5D_COMPACT))
    case .contiguous:
      try location.check(.writing("create the dataset"), H5Pset_layout(creation, H5D_CONTIGUOUS))
      try location.check(.writing("create the dataset"), H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY))
    case .chunked(let shape, let filters):
      guard shape.allSatisfy({ $0 > 0 }) else {
        throw location.error(
          .invalidArgument, .writing("create the dataset"), "a chunk's sizes must be positive")
      }
      try unsafe location.check(
        .writing("create the dataset"), H5Pset_chunk(creation, Int32(shape.count), shape.map { hsize_t($0) }))
      for filter in filters {
        let status =
          switch filter {
          case .deflate(let level): H5Pset_deflate(creation, UInt32(clamping: level))
          case .shuffle: H5Pset_shuffle(creation)
          case .fletcher32: H5Pset_fletcher32(creation)
          case .other(let identifier): H5Pset_filter(creation, H5Z_filter_t(identifier), 0, 0, nil)
          }
        try location.check(.writing("create the dataset"), status)
      }
    }
  }
}
