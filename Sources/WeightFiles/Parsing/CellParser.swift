internal import Confinement
import Failures
import Synchronization
internal import SystemPackage
import Tensors
import Text

/// Has a file taken apart in a cell, which is started when it is first asked.
final class CellParser: FileParser {
  /// How many bytes a parser can be asked for at a time.
  static let blockByteCount = Cell.sharedSize

  private enum State {
    case idle
    /// What the cell calls each file.
    case running(Cell, descriptors: [Int: Int32])
    case failed(CellFailure)
  }

  private let keeper: CellKeeper
  private let cellLimits: CellLimits
  private let limits: ReadingLimits
  private let state = Mutex(State.idle)

  init(_ keeper: CellKeeper, _ cellLimits: CellLimits, _ limits: ReadingLimits) {
    self.keeper = keeper
    self.cellLimits = cellLimits
    self.limits = limits
  }

  func answer(_ request: ParserRequest) throws(WeightFileError) -> ParserReply {
    try unsafe ask(about: request.view, sharing: 0, attempt: nil) { view in
      var writer = WireWriter()
      writer.write(false)
      writer.write(request.about(view))
      return writer
    } read: { answer, _ in
      var reader = WireReader(answer)
      return try? reader.readResult { reader throws(WireError) in try reader.readReply() }
    }
  }

  func fill(_ bytes: inout MutableRawSpan, _ request: BlockRequest) throws(WeightFileError) -> Int {
    let size = bytes.byteCount
    return try unsafe bytes.withUnsafeMutableBytes { buffer throws(WeightFileError) in
      try unsafe ask(about: request.view, sharing: size, attempt: request.attempt) { view in
        var writer = WireWriter()
        writer.write(true)
        writer.write(size)
        writer.write(request.about(view))
        return writer
      } read: { answer, shared in
        var reader = WireReader(answer)
        let result = try? reader.readResult { reader throws(WireError) in try reader.readSize() }
        guard case .success(let count)? = result else { return result }
        guard count <= size, count <= shared.count else { return nil }
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: shared[..<count]))
        return result
      }
    }
  }

  private func ask<Value>(
    about view: FileView, sharing size: Int, attempt: String?, _ request: (FileView) -> WireWriter,
    read: ([UInt8], UnsafeRawBufferPointer) -> Result<Value, WeightFileError>?
  ) throws(WeightFileError) -> Value {
    let result: Result<Value, WeightFileError>?
    do throws(CellFailure) {
      let (cell, view) = try attached(view)
      result = try unsafe cell.ask(request(view).bytes, sharing: size, read)
    } catch {
      state.withLock { $0 = .failed(error) }
      throw Self.error(error, in: view.name, attempt: attempt)
    }
    guard let result else { throw Self.nonsense(view.name) }
    return try result.get()
  }

  /// What a `ParserService` is made with.
  private var settings: [UInt8] {
    var writer = WireWriter()
    writer.write(limits.memory)
    return writer.bytes
  }

  /// The cell, and the view as the cell has it.
  private func attached(_ view: FileView) throws(CellFailure) -> (Cell, FileView) {
    try state.withLock { state throws(CellFailure) in
      var (cell, descriptors): (Cell, [Int: Int32])
      switch state {
      case .failed(let failure): throw failure
      case .idle:
        cell = try Cell(keeper, cellLimits, settings: settings, file: view.descriptor.number)
        descriptors = [view.descriptor.identity: Cell.firstFile]
      case .running(let running, let attached): (cell, descriptors) = (running, attached)
      }
      func attached(_ descriptor: OpenDescriptor) throws(CellFailure) -> OpenDescriptor {
        let identity = descriptor.identity
        let number: Int32
        if let known = descriptors[identity] {
          number = known
        } else {
          number = try cell.attach(descriptor.number)
        }
        descriptors[identity] = number
        return OpenDescriptor(number, attachedAs: identity)
      }
      let descriptor = try attached(view.descriptor)
      let lent = try view.lent.map { file throws(CellFailure) in
        LentFile(name: file.name, descriptor: try attached(file.descriptor), size: file.size)
      }
      state = .running(cell, descriptors: descriptors)
      return (
        cell,
        FileView(
          name: view.name, descriptor: descriptor, offset: view.offset, size: view.size, lent: lent)
      )
    }
  }
}

extension CellParser {
  /// What a user is told when a cell gives no answer.
  ///
  /// - Parameters:
  ///   - failure: how the cell ended.
  ///   - name: the file.
  ///   - attempt: what was asked for; `nil` if the reason says it.
  /// - Returns: the error.
  static func error(_ failure: CellFailure, in name: String?, attempt: String? = nil) -> WeightFileError {
    let suspicion = "the file is damaged or hostile"
    let (kind, reason): (FailureKind, String) =
      switch failure {
      case .crashed(let signal): (.malformed, "\(suspicion): reading it crashed (\(signal))")
      case .outOfTime(let seconds):
        (.malformed, "\(suspicion): reading it took more than \(seconds) seconds of processor time")
      case .outOfMemory(let limit):
        (
          .malformed,
          "\(suspicion), or --max-memory must allow more: reading it takes more than "
            + NumberText.bytes(limit)
        )
      case .killed: (.unreadable, "the system ended the process that read it: memory may be short")
      case .nonsense: (.malformed, "\(suspicion): reading it gave no answer that makes sense")
      case .unavailable(let number):
        (
          .unreadable,
          "the process that reads it cannot be started: "
            + (number == 0 ? "this one has several threads" : Errno(rawValue: number).description)
        )
      }
    return WeightFileError(kind, in: name, attempt: attempt, reason, cause: failure)
  }

  static func nonsense(_ name: String) -> WeightFileError { error(.nonsense, in: name) }
}
