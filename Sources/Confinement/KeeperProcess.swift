internal import CConfinement

/// What runs in the keeper's process.
///
/// It sends one ``StartedCell`` unasked when it is ready, and then one for each request for it.
@safe struct KeeperProcess {
  enum Request: Int {
    /// A cell is wanted, and others are needed no more.
    case start
    /// How a cell ended.
    case ending
  }

  let socket: Int32
  let prepare: @Sendable () -> Void
  let makeService: @Sendable ([UInt8]) -> CellKeeper.Service
  /// Cells that have been started and not been waited for.
  private var cells: Set<Int32> = []
  /// Those of them that are needed no more, and may not have ended yet.
  private var leaving: [Int32] = []

  init(
    socket: Int32, prepare: @escaping @Sendable () -> Void,
    makeService: @escaping @Sendable ([UInt8]) -> CellKeeper.Service
  ) {
    self.socket = socket
    self.prepare = prepare
    unsafe self.makeService = unsafe makeService
  }

  /// Starts cells until the process that it belongs to is gone.
  mutating func run() -> Never {
    prepare()
    if startCell() {
      while let (request, _) = CellMessage.receive(from: socket) {
        guard answer(request) else { break }
      }
    }
    cells.forEach(ccf_kill)
    ccf_exit(0)
  }

  /// - Returns: whether there was an answer that has been sent.
  private mutating func answer(_ request: [UInt8]) -> Bool {
    var reader = WireReader(request)
    guard let kind = (try? reader.readInt()).flatMap(Request.init) else { return false }
    switch kind {
    case .start:
      guard
        let released = try? reader.readArray({ reader throws(WireError) in try reader.readSize() })
      else { return false }
      leaving += released.map { Int32(clamping: $0) }
      cells.subtract(leaving.filter { ccf_release($0) })
      leaving.removeAll { !cells.contains($0) }
      return startCell()
    case .ending:
      guard let process = try? reader.readSize() else { return false }
      var ending = ccf_ending()
      if let cell = cells.remove(Int32(clamping: process)) {
        // It has closed its sockets. If it does anything else, it does not what it should.
        ccf_kill(cell)
        _ = unsafe ccf_wait(cell, &ending)
      }
      var reply = WireWriter()
      reply.write(Int(ending.signal))
      reply.write(Int(clamping: ending.peak_memory))
      return CellMessage.send(reply.bytes, to: socket)
    }
  }

  /// - Returns: whether anybody wants to know of it.
  private mutating func startCell() -> Bool {
    var sides: [Int32] = [-1, -1]
    let error = unsafe ccf_socket_pair(&sides)
    guard error == 0 else {
      return CellMessage.send(StartedCell(process: -Int(error), control: -1).message, to: socket)
    }
    let process = ccf_fork()
    if process == 0 { unsafe CellProcess.run(control: sides[1], makeService) }
    ccf_close(sides[1])
    if process > 0 { cells.insert(process) }
    defer { ccf_close(sides[0]) }
    let cell = StartedCell(process: Int(process), control: sides[0])
    return CellMessage.send(cell.message, to: socket, process > 0 ? [sides[0]] : [])
  }
}

/// A cell that waits for what it is to do.
struct StartedCell {
  /// Its identifier, or a negated error number.
  let process: Int
  /// The socket that it listens to.
  let control: Int32

  /// What the keeper sends of it; the socket goes beside it.
  var message: [UInt8] {
    var writer = WireWriter()
    writer.write(process)
    return writer.bytes
  }

  init(process: Int, control: Int32) {
    self.process = process
    self.control = control
  }

  /// The error of a process that may not open any more files: the system drops a socket that is sent to it.
  private static let tooManyFiles = 24

  /// - Returns: `nil` if no keeper sent that.
  init?(_ message: [UInt8], _ descriptors: [Int32]) {
    var reader = WireReader(message)
    guard let process = try? reader.readInt() else { return nil }
    if process > 0, descriptors.isEmpty {
      self.init(process: -Self.tooManyFiles, control: -1)
      return
    }
    guard process > 0 || descriptors.isEmpty else { return nil }
    self.init(process: process, control: descriptors.first ?? -1)
  }
}
